use axum::Router;
use filmlens_web::openapi::{documented_routes, routes, served_routes};
use prediction_api::AppState;

use crate::api::{Setup, TestApi, settings};
use crate::stub::Control;

#[tokio::test]
async fn the_document_describes_exactly_the_routes_that_there_are() {
    let folder = tempfile::tempdir().unwrap();
    let (router, document) = prediction_api::router();
    let state = AppState::new(&settings(folder.path(), Vec::new()), None, Control::default().loader());
    let router: Router = router.with_state(state);
    let served = served_routes(router.merge(routes(&document))).await;
    assert!(served.len() > 7, "{served:?}");
    assert_eq!(served, documented_routes(&document));
}

#[tokio::test]
async fn the_document_is_served_and_shown() {
    let api = TestApi::spawn_with(Setup { without_model: true, ..Setup::default() }).await;
    let document = api.get("/openapi.json").await.body;
    assert!(document["paths"]["/api/v1/predict"]["post"]["requestBody"].is_object());
    assert_eq!(document["info"]["version"], "1.0.0");
    assert_eq!(document["paths"]["/predict"]["post"]["deprecated"], true);
    let page = api.get("/docs/").await.body;
    assert!(page.as_str().unwrap().contains("swagger-ui"));
}

#[test]
fn the_document_changes_only_on_purpose() {
    let (_, document) = prediction_api::router();
    insta::assert_json_snapshot!("openapi", document);
}
