use axum::Router;
use filmlens_web::openapi;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;
use crate::{filmes, models, popular, predictions, recommendations, service, similar};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "FilmLens Recommendation API",
        description = "What to watch next: recommendations, similar films, predicted ratings."
    ),
    tags(
        (name = "recommendations", description = "Films for somebody, or like another"),
        (name = "filmes", description = "The KMeans API: films by what people of the same taste like"),
        (name = "service", description = "The service itself")
    )
)]
struct Document;

/// Every route of the service, and the document that describes them.
pub fn router() -> (Router<AppState>, utoipa::openapi::OpenApi) {
    let (router, document) = OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(service::index))
        .routes(routes!(service::health))
        .routes(routes!(models::list_models))
        .routes(routes!(recommendations::recommend))
        .routes(routes!(similar::similar_by_title))
        .routes(routes!(similar::similar_by_id))
        .routes(routes!(predictions::predict))
        .routes(routes!(popular::list_popular))
        .routes(routes!(popular::list_trending))
        .routes(routes!(filmes::list_filmes))
        .routes(routes!(filmes::recommend_filmes))
        .routes(routes!(filmes::draw_clusters))
        .split_for_parts();
    (router, openapi::document(document))
}
