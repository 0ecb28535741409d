use axum::extract::State;
use chrono::{DateTime, Utc};
use filmlens_recommend::Method;
use filmlens_web::extract::Json;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::params::MethodSchema;
use crate::slot::Slot;
use crate::state::AppState;

#[derive(Serialize, ToSchema)]
pub(crate) struct LoadedModels {
    models: Vec<ModelPlace>,
}

/// A place for a model, and what is in it.
#[derive(Serialize, ToSchema)]
struct ModelPlace {
    /// `classic` recommends; `filmes` answers under /filmes.
    #[schema(example = "classic")]
    place: &'static str,
    /// The one in use; none until the first is loaded.
    loaded: Option<Model>,
    /// What was published and is not used.
    refused: Option<RefusedModel>,
}

#[derive(Serialize, ToSchema)]
struct Model {
    #[schema(example = "ml-latest-small")]
    name: String,
    #[schema(example = "20260301T120000000Z-5f2c90ab31de")]
    version: String,
    #[schema(example = "classic-recommenders")]
    kind: String,
    /// Those that rank films.
    #[schema(value_type = Vec<MethodSchema>)]
    methods: Vec<Method>,
    /// What ranks unless another method is named.
    #[schema(value_type = MethodSchema)]
    default_method: Method,
    trained_at: DateTime<Utc>,
    /// The data that it was trained on.
    data: String,
    items: usize,
    users: usize,
    /// As they were measured when it was trained.
    #[schema(value_type = Object)]
    metrics: Value,
}

#[derive(Serialize, ToSchema)]
struct RefusedModel {
    /// As far as it can be read.
    version: Option<String>,
    #[schema(example = "it cannot be loaded; the log of the service says why")]
    reason: &'static str,
}

/// Which models answer, and whether a newer one was refused.
#[utoipa::path(get, path = "/models", tag = "service", responses((status = 200, body = LoadedModels)))]
pub(crate) async fn list_models(State(state): State<AppState>) -> Json<LoadedModels> {
    Json(LoadedModels { models: [&state.classic, &state.filmes].map(|slot| place(slot)).into() })
}

fn place(slot: &Slot) -> ModelPlace {
    let loaded = slot.current().ok().map(|loaded| {
        let (manifest, library) = (&loaded.manifest, &loaded.model);
        Model {
            name: manifest.name.clone(),
            version: manifest.version.clone(),
            kind: manifest.kind.clone(),
            methods: library.models.rankers().collect(),
            default_method: library.models.default_ranker(),
            trained_at: manifest.created_at,
            data: manifest.data.name.clone(),
            items: library.films().len(),
            users: library.profiles.len(),
            metrics: serde_json::to_value(&manifest.metrics).unwrap_or_default(),
        }
    });
    // The reason itself names files, which are nobody's business.
    let refused = slot.refused().map(|refused| RefusedModel {
        version: refused.version.clone(),
        reason: "it cannot be loaded; the log of the service says why",
    });
    ModelPlace { place: slot.name, loaded, refused }
}
