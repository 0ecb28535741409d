use std::any::Any;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_LENGTH;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use governor::clock::Clock;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::client_address::client_address;
use crate::extract::json::too_large;
use crate::{HttpSettings, Problem, RateLimit, health};

pub(super) struct Limits {
    request_timeout: Duration,
    body_bytes: u64,
    query_bytes: usize,
    trusted_proxy_hops: usize,
    clients: Option<Clients>,
}

impl Limits {
    pub(super) fn new(settings: &HttpSettings) -> Self {
        Self {
            request_timeout: settings.request_timeout,
            body_bytes: settings.body_limit_bytes as u64,
            query_bytes: settings.query_limit_bytes,
            trusted_proxy_hops: settings.trusted_proxy_hops,
            clients: Clients::new(settings.rate_limit),
        }
    }

    fn check(&self, request: &Request) -> Result<(), Problem> {
        if let Some(clients) = &self.clients
            && !health::is_probe(request.uri().path())
        {
            clients.check(client_address(request, self.trusted_proxy_hops))?;
        }
        let query = request.uri().query().unwrap_or_default();
        if query.len() > self.query_bytes {
            let detail = format!("the query string must have at most {} bytes", self.query_bytes);
            return Err(Problem::new(StatusCode::URI_TOO_LONG, "query_too_long", detail));
        }
        // No text of ours holds a NUL, and Postgres refuses it.
        if query.contains("%00") || request.uri().path().contains("%00") {
            let detail = "the URL must not contain a NUL character";
            return Err(Problem::new(StatusCode::BAD_REQUEST, "malformed_url", detail));
        }
        let announced =
            request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        if announced.is_some_and(|length: u64| length > self.body_bytes) {
            return Err(too_large());
        }
        Ok(())
    }
}

/// Refuses what is over a limit, and ends what takes too long or panics.
pub(super) async fn enforce(State(limits): State<Arc<Limits>>, request: Request, next: Next) -> Response {
    if let Err(problem) = limits.check(&request) {
        return problem.into_response();
    }
    let answer = AssertUnwindSafe(next.run(request)).catch_unwind();
    match tokio::time::timeout(limits.request_timeout, answer).await {
        Ok(Ok(response)) => response,
        Ok(Err(panic)) => Problem::internal(format!("panic: {}", message(&*panic))).into_response(),
        // Not 504: that would blame a server behind this one, and 503 is what clients retry.
        Err(_) => Problem::new(StatusCode::SERVICE_UNAVAILABLE, "timed_out", "the request took too long")
            .retry_after(Duration::from_secs(1))
            .caused_by(format!("not answered within {:?}", limits.request_timeout))
            .into_response(),
    }
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}

/// How fast each client may ask.
struct Clients {
    limiter: DefaultKeyedRateLimiter<IpAddr>,
    checks: AtomicU32,
}

/// Clients that have been quiet long enough to start afresh are forgotten after so many requests of anyone.
const FORGET_EVERY: u32 = 16_384;

impl Clients {
    fn new(limit: RateLimit) -> Option<Self> {
        let per_second = NonZeroU32::new(limit.per_second)?;
        let burst = NonZeroU32::new(limit.burst).unwrap_or(NonZeroU32::MIN);
        let limiter = RateLimiter::keyed(Quota::per_second(per_second).allow_burst(burst));
        Some(Self { limiter, checks: AtomicU32::new(0) })
    }

    fn check(&self, client: IpAddr) -> Result<(), Problem> {
        if self.checks.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.limiter.retain_recent();
        }
        self.limiter.check_key(&client).map_err(|refused| {
            let wait = refused.wait_time_from(self.limiter.clock().now());
            Problem::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", "too many requests from this client")
                .retry_after(wait)
        })
    }
}
