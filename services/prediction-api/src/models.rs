use axum::extract::State;
use chrono::{DateTime, Utc};
use filmlens_web::extract::Json;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::state::AppState;

#[derive(Serialize, ToSchema)]
pub(crate) struct LoadedModels {
    models: Vec<ModelPlace>,
}

/// The place of the model, and what is in it.
#[derive(Serialize, ToSchema)]
struct ModelPlace {
    #[schema(example = "sensitivity")]
    place: &'static str,
    /// The one in use; none until the first is loaded.
    loaded: Option<Model>,
    /// What was published and is not used.
    refused: Option<RefusedModel>,
}

#[derive(Serialize, ToSchema)]
struct Model {
    #[schema(example = "movielens-sensitivity-classifier")]
    name: String,
    #[schema(example = "20260301T120000000Z-5f2c90ab31de")]
    version: String,
    #[schema(example = "sensitivity-classifier")]
    kind: String,
    trained_at: DateTime<Utc>,
    /// The data that it was trained on.
    data: String,
    /// How it was trained.
    #[schema(value_type = Object)]
    hyper_parameters: Value,
    /// As they were measured when it was trained.
    #[schema(value_type = Object)]
    metrics: Value,
    /// What it has done since it was loaded.
    #[schema(value_type = Object)]
    stats: Value,
}

#[derive(Serialize, ToSchema)]
struct RefusedModel {
    /// As far as it can be read.
    version: Option<String>,
    #[schema(example = "it cannot be loaded, or failed its checks; the log of the service says why")]
    reason: &'static str,
}

/// Which model answers, and whether a newer one was refused.
///
/// The service follows a folder: whatever version is published there, an older one too, is taken up once it has passed
/// its checks. `filmlens-sensitivity promote` publishes the version that an alias of the registry names.
#[utoipa::path(get, path = "/models", tag = "service", responses((status = 200, body = LoadedModels)))]
pub(crate) async fn list_models(State(state): State<AppState>) -> Json<LoadedModels> {
    let loaded = state.classifiers.current().ok().map(|loaded| {
        let manifest = &loaded.manifest;
        Model {
            name: manifest.name.clone(),
            version: manifest.version.clone(),
            kind: manifest.kind.clone(),
            trained_at: manifest.created_at,
            data: manifest.data.name.clone(),
            hyper_parameters: manifest.hyper_parameters.clone(),
            metrics: serde_json::to_value(&manifest.metrics).unwrap_or_default(),
            stats: serde_json::to_value(loaded.model.handle().stats()).unwrap_or_default(),
        }
    });
    // The reason itself names files, which are nobody's business.
    let refused = state.classifiers.refused().map(|refused| RefusedModel {
        version: refused.version.clone(),
        reason: "it cannot be loaded, or failed its checks; the log of the service says why",
    });
    Json(LoadedModels { models: vec![ModelPlace { place: "sensitivity", loaded, refused }] })
}
