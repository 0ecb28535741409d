//! What stands between the socket and every handler, outermost first: observation, CORS, limits, compression.

mod client_address;
mod limits;
mod observe;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::HeaderValue;
use axum::http::header::{ETAG, HeaderName, LINK, LOCATION, RETRY_AFTER};
use axum::middleware::{from_fn, from_fn_with_state};
use tower::ServiceBuilder;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate, SizeAbove};
use tower_http::cors::{AllowHeaders, AllowOrigin, Any, CorsLayer};

use crate::HttpSettings;
use crate::context::REQUEST_ID;
use limits::Limits;

/// Smaller answers fit into one packet either way.
const SMALLEST_COMPRESSED: u64 = 1024;

/// Brotli's own default, 11, is meant for files that are compressed once.
const COMPRESSION_LEVEL: CompressionLevel = CompressionLevel::Precise(4);

/// Wraps a service's whole router. [`crate::Server::run`] does this itself.
pub fn apply(router: Router, settings: &HttpSettings) -> Router {
    let compression = CompressionLayer::new()
        .quality(COMPRESSION_LEVEL)
        .compress_when(DefaultPredicate::new().and(SizeAbove::new(SMALLEST_COMPRESSED)));
    let limits = Arc::new(Limits::new(settings));
    router.layer(
        ServiceBuilder::new()
            .layer(from_fn(observe::observe))
            .layer(cors(&settings.cors_allowed_origins))
            .layer(from_fn_with_state(limits, limits::enforce))
            .layer(compression)
            .layer(DefaultBodyLimit::max(settings.body_limit_bytes)),
    )
}

fn cors(origins: &[String]) -> CorsLayer {
    let allowed = if origins.iter().any(|origin| origin == "*") {
        AllowOrigin::any()
    } else {
        AllowOrigin::list(origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok()))
    };
    let exposed: [HeaderName; 5] = [ETAG, LINK, LOCATION, RETRY_AFTER, REQUEST_ID];
    CorsLayer::new()
        .allow_origin(allowed)
        .allow_methods(Any)
        // `*` would leave out Authorization.
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(exposed)
        .max_age(Duration::from_secs(3600))
}
