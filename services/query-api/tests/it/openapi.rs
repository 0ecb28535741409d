use axum::Router;
use filmlens_catalog_store::{CatalogStore, PostgresSettings};
use filmlens_settings::Secret;
use filmlens_web::openapi::{documented_routes, routes, served_routes};

use crate::api::TestApi;

#[tokio::test]
async fn the_document_describes_exactly_the_routes_that_there_are() {
    let (router, document) = query_api::router();
    let store = CatalogStore::connect(
        &Secret::new("postgres://nobody@127.0.0.1:1/none"),
        &PostgresSettings::default(),
    );
    let router: Router = router.with_state(query_api::AppState::new(store.unwrap()));
    let served = served_routes(router.merge(routes(&document))).await;
    assert!(served.len() > 20, "{served:?}");
    assert_eq!(served, documented_routes(&document));
}

#[tokio::test]
async fn the_document_is_served_and_shown() {
    let api = TestApi::spawn().await;
    let document = api.get("/openapi.json").await.body;
    assert!(document["paths"]["/api/v1/movies/search"]["get"]["parameters"].as_array().unwrap().len() > 10);
    let page = api.get("/docs/").await;
    assert_eq!(page.status, 200);
    assert!(page.body.as_str().unwrap().contains("swagger-ui"));
}

#[test]
fn the_document_changes_only_on_purpose() {
    let (_, document) = query_api::router();
    insta::assert_json_snapshot!("openapi", document);
}
