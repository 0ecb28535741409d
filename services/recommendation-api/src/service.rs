use axum::extract::State;
use filmlens_web::extract::Json;
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::AppState;

const VERSION: &str = env!("CARGO_PKG_VERSION");

#[derive(Serialize, ToSchema)]
pub(crate) struct Health {
    #[schema(example = "ok")]
    status: &'static str,
    service: &'static str,
    version: &'static str,
    /// Whether there is a model to recommend with.
    model_loaded: bool,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Index {
    service: &'static str,
    version: &'static str,
    description: &'static str,
    docs: &'static str,
}

/// What this service is.
#[utoipa::path(get, path = "/", tag = "service", responses((status = 200, body = Index)))]
pub(crate) async fn index() -> Json<Index> {
    Json(Index {
        service: "FilmLens Recommendation API",
        version: VERSION,
        description: "What to watch next: recommendations, similar films, predicted ratings.",
        docs: "/docs",
    })
}

/// Whether the process answers, as LatentLens said it; `/health/ready` tells whether its models are there.
#[utoipa::path(get, path = "/health", tag = "service", responses((status = 200, body = Health)))]
pub(crate) async fn health(State(state): State<AppState>) -> Json<Health> {
    let model_loaded = state.classic.current().is_ok();
    Json(Health { status: "ok", service: "recommendation-api", version: VERSION, model_loaded })
}
