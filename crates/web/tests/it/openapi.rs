use std::collections::BTreeSet;

use axum::http::StatusCode;
use filmlens_web::Problem;
use filmlens_web::extract::{Json, Path};
use filmlens_web::openapi::{
    UNDOCUMENTED, document, documented_routes, registered_routes, routes, served_routes,
};
use serde_json::Value;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes as handlers;

use crate::app::TestApp;

#[utoipa::path(get, path = "/films/{id}", params(("id" = u32, Path)),
    responses((status = 200, body = String), (status = 429, description = "Our own words")))]
async fn film(Path(id): Path<u32>) -> String {
    id.to_string()
}

#[utoipa::path(put, path = "/films/{id}", params(("id" = u32, Path)), request_body = Value,
    responses((status = 404, body = Problem)))]
async fn replace_film(Path(id): Path<u32>, Json(film): Json<Value>) {
    drop((id, film));
}

#[utoipa::path(delete, path = "/films/{id}", params(("id" = u32, Path), ("If-Match" = String, Header)),
    security(("ApiKey" = []), ("Bearer" = [])),
    responses((status = 204), (status = 412, description = "Our own words")))]
async fn delete_film() -> StatusCode {
    StatusCode::NO_CONTENT
}

#[utoipa::path(get, path = "/", responses((status = 200, body = String)))]
async fn root() -> &'static str {
    "films"
}

fn router() -> (axum::Router, utoipa::openapi::OpenApi) {
    OpenApiRouter::new()
        .routes(handlers!(film, replace_film, delete_film))
        .routes(handlers!(root))
        .split_for_parts()
}

async fn published() -> Value {
    let (router, collected) = router();
    let app = TestApp::spawn(router.merge(routes(&document(collected)))).await;
    let answer = app.get("/openapi.json").send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "application/json");
    answer.json().await.unwrap()
}

fn statuses(operation: &Value) -> BTreeSet<&str> {
    operation["responses"].as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn every_operation_lists_the_problems_of_the_layers() {
    let document = published().await;
    let film = &document["paths"]["/films/{id}"];
    let common = ["200", "400", "413", "414", "429", "500", "503"];
    assert_eq!(statuses(&document["paths"]["/"]["get"]), BTreeSet::from(common));
    assert_eq!(
        statuses(&film["get"]),
        BTreeSet::from(common).union(&BTreeSet::from(["422"])).copied().collect()
    );
    let put = ["200", "404", "415", "422", "400", "413", "414", "429", "500", "503"];
    assert_eq!(statuses(&film["put"]), put.into_iter().filter(|status| *status != "200").collect());

    let delete = ["204", "401", "403", "412", "422", "428", "400", "413", "414", "429", "500", "503"];
    assert_eq!(statuses(&film["delete"]), BTreeSet::from(delete));
    assert_eq!(film["delete"]["responses"]["412"]["description"], "Our own words");

    let problem = &film["get"]["responses"]["503"]["content"]["application/problem+json"]["schema"];
    assert_eq!(problem["$ref"], "#/components/schemas/Problem");
    let declared = &film["get"]["responses"]["429"];
    assert_eq!(declared["description"], "Our own words");
    assert_eq!(declared["content"], film["get"]["responses"]["503"]["content"]);
    assert_eq!(film["put"]["responses"]["404"]["content"].as_object().unwrap().len(), 1);
    assert_eq!(document["servers"][0]["url"], ".");
}

#[tokio::test]
async fn the_problem_schema_and_the_api_key_are_there() {
    let document = published().await;
    let components = &document["components"];
    let problem = &components["schemas"]["Problem"];
    assert!(problem["properties"]["type"].is_object(), "{problem}");
    let required: BTreeSet<_> =
        problem["required"].as_array().unwrap().iter().map(|r| r.as_str().unwrap()).collect();
    assert_eq!(required, BTreeSet::from(["type", "title", "status", "detail", "code"]));
    assert!(components["schemas"]["FieldProblem"]["properties"]["field"].is_object());
    assert_eq!(components["securitySchemes"]["ApiKey"]["name"], "X-API-Key");
    assert_eq!(components["securitySchemes"]["Bearer"]["scheme"], "bearer");
}

#[tokio::test]
async fn swagger_ui_shows_the_document() {
    let (router, collected) = router();
    let app = TestApp::spawn(router.merge(routes(&document(collected)))).await;
    let page = app.get("/docs").send().await.unwrap();
    assert_eq!(page.url().path(), "/docs/");
    assert!(page.text().await.unwrap().contains("swagger-ui"));
    let script = app.get("/docs/swagger-initializer.js").send().await.unwrap().text().await.unwrap();
    assert!(script.contains("../openapi.json"), "{script}");
    assert_eq!(app.get("/docs/swagger-ui-bundle.js").send().await.unwrap().status(), 200);
    assert_eq!(app.get("/docs/absent.js").send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn the_routes_of_a_router_can_be_listed() {
    let (router, collected) = router();
    let route = |method: &str, path: &str| (method.to_owned(), path.to_owned());
    let expected = BTreeSet::from([
        route("GET", "/"),
        route("GET", "/films/{id}"),
        route("PUT", "/films/{id}"),
        route("DELETE", "/films/{id}"),
    ]);
    assert_eq!(documented_routes(&collected), expected);
    assert_eq!(registered_routes(&router).await, expected);

    let hidden = router.route("/hidden", axum::routing::delete(|| async {}));
    assert_eq!(registered_routes(&hidden).await.len(), 5);
}

#[tokio::test]
async fn what_the_server_adds_is_documented_or_exempt() {
    let (router, collected) = router();
    let document = document(collected);
    let router = router.merge(routes(&document));
    assert_eq!(served_routes(router.clone()).await, documented_routes(&document));

    let app = TestApp::spawn(router).await;
    for (path, reason) in UNDOCUMENTED {
        let status = app.get(path).send().await.unwrap().status();
        assert!(status.is_success() || path.contains('{'), "{path}, {reason}: {status}");
    }
}

#[tokio::test]
async fn the_answers_of_the_health_routes_are_described() {
    let document = published().await;
    let schema = |path: &str, status: &str| {
        let response = &document["paths"][path]["get"]["responses"][status];
        response["content"]["application/json"]["schema"]["$ref"].clone()
    };
    assert_eq!(schema("/health/live", "200"), "#/components/schemas/Liveness");
    assert_eq!(schema("/health/ready", "200"), "#/components/schemas/Readiness");
    assert_eq!(schema("/health/ready", "503"), "#/components/schemas/Readiness");
    assert_eq!(document["paths"]["/health/ready"]["get"]["tags"][0], "service");
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas["ReadinessStatus"]["enum"][2], "shutting_down");
    assert_eq!(schemas["DependencyStatus"]["enum"][0], "up");
}
