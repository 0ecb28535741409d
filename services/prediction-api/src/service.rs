use axum::extract::State;
use filmlens_web::extract::Json;
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::AppState;

/// The version that the first FilmLens's prediction API said it had; its clients may compare it.
pub(crate) const VERSION: &str = "1.0.0";

#[derive(Serialize, ToSchema)]
pub(crate) struct Health {
    /// `healthy`, or `unhealthy` without a model.
    #[schema(example = "healthy")]
    status: &'static str,
    model_loaded: bool,
    #[schema(example = "1.0.0")]
    version: &'static str,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Index {
    name: &'static str,
    version: &'static str,
    description: &'static str,
    endpoints: Endpoints,
}

#[derive(Serialize, ToSchema)]
struct Endpoints {
    health: &'static str,
    predict: &'static str,
    docs: &'static str,
}

/// What this service is.
#[utoipa::path(get, path = "/", tag = "service", responses((status = 200, body = Index)))]
pub(crate) async fn index() -> Json<Index> {
    Json(Index {
        name: "FilmLens Sensitivity Classification API",
        version: VERSION,
        description: "What films hold: levels of five sensitive categories, how sure they are, and why.",
        endpoints: Endpoints { health: "/health", predict: "/api/v1/predict", docs: "/docs" },
    })
}

/// Whether there is a model, as the first FilmLens said it; `/health/ready` tells the same by its status.
#[utoipa::path(get, path = "/health", tag = "service", responses((status = 200, body = Health)))]
pub(crate) async fn health(State(state): State<AppState>) -> Json<Health> {
    let model_loaded = state.classifiers.current().is_ok();
    let status = if model_loaded { "healthy" } else { "unhealthy" };
    Json(Health { status, model_loaded, version: VERSION })
}
