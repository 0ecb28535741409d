use axum::Router;
use axum::routing::get;
use filmlens_web::openapi;
use utoipa::OpenApi;
use utoipa::openapi::Deprecated;
use utoipa::openapi::path::HttpMethod;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::movies::{autocomplete, facets, maintenance, predictions, read, search};
use crate::state::AppState;
use crate::{profiles, service, triggers};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "FilmLens Query API",
        description = "Search and maintain the film catalogue, its triggers and the profiles of families."
    ),
    tags(
        (name = "movies", description = "The catalogue"),
        (name = "triggers", description = "What was found in films: levels of five sensitive categories"),
        (name = "profiles", description = "Who watches, and what they would rather not see"),
        (name = "service", description = "The service itself")
    )
)]
struct Document;

/// Every route of the service, and the document that describes them.
pub fn router() -> (Router<AppState>, utoipa::openapi::OpenApi) {
    let (router, mut document) = OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(service::index))
        .routes(routes!(service::health))
        .routes(routes!(search::search_movies))
        .routes(routes!(autocomplete::autocomplete))
        .routes(routes!(facets::count_facets))
        .routes(routes!(facets::get_filter_options))
        .routes(routes!(maintenance::create_movie))
        .routes(routes!(
            read::get_movie,
            maintenance::replace_movie,
            maintenance::patch_movie,
            maintenance::delete_movie
        ))
        .routes(routes!(predictions::list_predictions))
        .routes(routes!(triggers::read::list_triggers, triggers::maintenance::create_trigger))
        .routes(routes!(
            triggers::read::get_trigger,
            triggers::maintenance::replace_trigger,
            triggers::maintenance::patch_trigger,
            triggers::maintenance::delete_trigger
        ))
        .routes(routes!(profiles::list_profiles, profiles::create_profile))
        .routes(routes!(
            profiles::get_profile,
            profiles::replace_profile,
            profiles::patch_profile,
            profiles::delete_profile
        ))
        .split_for_parts();

    // The first FilmLens documented these paths, though it served only those under /api/v1.
    let router = router
        .route("/movies/", get(search::search_movies))
        .route("/movies/{movie_id}", get(read::get_movie))
        .route("/triggers/", get(triggers::read::list_triggers))
        .route("/triggers/{movie_id}", get(triggers::read::get_trigger));
    for (alias, path) in [
        ("/movies/", "/api/v1/movies/search"),
        ("/movies/{movie_id}", "/api/v1/movies/{movie_id}"),
        ("/triggers/", "/api/v1/triggers"),
        ("/triggers/{movie_id}", "/api/v1/triggers/{movie_id}"),
    ] {
        document_alias(&mut document, alias, path);
    }
    (router, openapi::document(document))
}

/// Describes a path as another one, which clients should rather use.
fn document_alias(document: &mut utoipa::openapi::OpenApi, alias: &str, path: &str) {
    let operation = document.paths.paths.get(path).and_then(|item| item.get.clone());
    let mut operation = operation.expect("an alias stands for a documented GET");
    operation.deprecated = Some(Deprecated::True);
    operation.operation_id = operation.operation_id.map(|id| format!("{id}_by_old_path"));
    document.paths.add_path_operation(alias, vec![HttpMethod::Get], operation);
}
