use axum::Router;
use axum::routing::post;
use filmlens_web::openapi;
use utoipa::OpenApi;
use utoipa::openapi::Deprecated;
use utoipa::openapi::path::HttpMethod;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;
use crate::{batch, models, predict, saved, service};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "FilmLens Sensitivity Classification API",
        description = "What films hold: levels of five sensitive categories, how sure they are, and why."
    ),
    tags(
        (name = "predictions", description = "What films hold"),
        (name = "service", description = "The service itself")
    )
)]
struct Document;

/// The first FilmLens documented this path, though it served the one under /api/v1.
const OLD_PATH: &str = "/predict";
const PATH: &str = "/api/v1/predict";

/// Every route of the service, and the document that describes them.
pub fn router() -> (Router<AppState>, utoipa::openapi::OpenApi) {
    let (router, mut document) = OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(service::index))
        .routes(routes!(service::health))
        .routes(routes!(models::list_models))
        .routes(routes!(predict::predict))
        .routes(routes!(batch::predict_batch))
        .routes(routes!(saved::get_saved_prediction))
        .split_for_parts();
    // Of the contract, not of the program.
    document.info.version = service::VERSION.to_owned();
    let router = router.route(OLD_PATH, post(predict::predict));
    let operation = document.paths.paths.get(PATH).and_then(|item| item.post.clone());
    let mut operation = operation.expect("the path is a documented POST");
    operation.deprecated = Some(Deprecated::True);
    operation.operation_id = Some("predict_by_old_path".to_owned());
    document.paths.add_path_operation(OLD_PATH, vec![HttpMethod::Post], operation);
    (router, openapi::document(document))
}
