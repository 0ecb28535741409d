use axum::Router;
use filmlens_web::openapi::{documented_routes, routes, served_routes};
use recommendation_api::AppState;

use crate::api::{TestApi, settings};

#[tokio::test]
async fn the_document_describes_exactly_the_routes_that_there_are() {
    let folder = tempfile::tempdir().unwrap();
    let (router, document) = recommendation_api::router();
    let router: Router = router.with_state(AppState::new(&settings(folder.path())));
    let served = served_routes(router.merge(routes(&document))).await;
    assert!(served.len() > 12, "{served:?}");
    assert_eq!(served, documented_routes(&document));
}

#[tokio::test]
async fn the_document_is_served_and_shown() {
    let api = TestApi::without_models().await;
    let document = api.body("/openapi.json").await;
    assert!(document["paths"]["/recommend/{user_id}"]["get"]["parameters"].as_array().unwrap().len() == 3);
    let page = api.body("/docs/").await;
    assert!(page.as_str().unwrap().contains("swagger-ui"));
}

#[test]
fn the_document_changes_only_on_purpose() {
    let (_, document) = recommendation_api::router();
    insta::assert_json_snapshot!("openapi", document);
}
