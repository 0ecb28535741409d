use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use filmlens_domain::{FieldErrors, Invalid};
use filmlens_web::Problem;
use reqwest::Method;
use serde_json::json;

use crate::app::{TestApp, client, logs, problem};

#[derive(Debug, thiserror::Error)]
#[error("films cannot be read")]
struct Outer(#[source] std::io::Error);

async fn app() -> TestApp {
    let broken = || async {
        let cause = Outer(std::io::Error::other("disk on fire"));
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", "Error querying database")
            .caused_by(cause)
    };
    let invalid = || async {
        let mut errors = FieldErrors::default();
        errors.add("year_from", Invalid::OutOfRange { min: 1800.0, max: 2100.0 });
        errors.add("q", Invalid::Nul);
        Problem::from(errors)
    };
    let down = || async {
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "database_down", "try again later")
            .retry_after(Duration::from_millis(2500))
    };
    let extended = || async {
        Problem::new(StatusCode::NOT_FOUND, "title_not_found", "no film has this title")
            .extension("suggestions", vec!["Alien", "Aliens"])
    };
    let panics = || async {
        if true {
            panic!("index out of bounds");
        }
    };
    let router = Router::new()
        .route("/films", get(|| async { "films" }).post(|| async { "made" }))
        .route("/broken", get(broken))
        .route("/invalid", get(invalid))
        .route("/down", get(down))
        .route("/extended", get(extended))
        .route("/panics", get(panics));
    TestApp::spawn(router).await
}

#[tokio::test]
async fn an_unknown_path_is_a_problem() {
    problem(app().await.get("/nowhere").send().await.unwrap(), 404, "route_not_found").await;
}

#[tokio::test]
async fn a_wrong_method_is_a_problem_and_keeps_allow() {
    let app = app().await;
    let response = client().request(Method::DELETE, app.url("/films")).send().await.unwrap();
    assert_eq!(response.headers()["allow"], "GET,HEAD,POST");
    problem(response, 405, "method_not_allowed").await;
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let app = app().await;
    let response = client().request(Method::HEAD, app.url("/films")).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-length"], "5");
}

#[tokio::test]
async fn every_refused_field_is_listed() {
    let body = problem(app().await.get("/invalid").send().await.unwrap(), 422, "validation_failed").await;
    assert_eq!(body["title"], "Unprocessable Entity");
    assert_eq!(body["detail"], "year_from must be between 1800 and 2100; q must not contain a NUL character");
    assert_eq!(
        body["errors"],
        json!([
            {"field": "year_from", "message": "must be between 1800 and 2100"},
            {"field": "q", "message": "must not contain a NUL character"},
        ])
    );
}

#[tokio::test]
async fn a_cause_is_logged_once_with_its_sources_and_never_sent() {
    let response = app().await.get("/broken").header("x-request-id", "the-broken-one").send().await.unwrap();
    let body = problem(response, 500, "internal_error").await;
    assert_eq!(body["detail"], "Error querying database");
    assert!(!body.to_string().contains("disk"), "{body}");
    assert!(body.get("errors").is_none(), "{body}");

    let lines = logs().of_request("the-broken-one");
    let failures: Vec<_> = lines.iter().filter(|line| line["level"] == "ERROR").collect();
    assert_eq!(failures.len(), 1, "{lines:?}");
    assert_eq!(failures[0]["fields"]["error"], "films cannot be read: disk on fire");
    assert_eq!(failures[0]["span"]["http.route"], "/broken");
}

#[tokio::test]
async fn a_panic_is_a_500_and_the_server_lives_on() {
    let app = app().await;
    let response = app.get("/panics").header("x-request-id", "the-panic").send().await.unwrap();
    problem(response, 500, "internal_error").await;
    let lines = logs().of_request("the-panic");
    assert!(lines.iter().any(|line| line["fields"]["error"] == "panic: index out of bounds"), "{lines:?}");
    assert_eq!(app.get("/films").send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn retry_after_is_in_whole_seconds_rounded_up() {
    let response = app().await.get("/down").send().await.unwrap();
    assert_eq!(response.headers()["retry-after"], "3");
    problem(response, 503, "database_down").await;
}

#[tokio::test]
async fn queries_and_odd_paths_stay_out_of_the_log() {
    let app = app().await;
    app.get("/films?q=my-secret-taste").header("x-request-id", "the-private-one").send().await.unwrap();
    app.get("/my-secret-path").header("x-request-id", "the-private-one").send().await.unwrap();
    let lines = logs().of_request("the-private-one");
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(!format!("{lines:?}").contains("secret"), "{lines:?}");
}

#[tokio::test]
async fn a_request_id_is_taken_over_or_made() {
    let app = app().await;
    let id = async |sent: &str| {
        let response = app.get("/films").header("x-request-id", sent).send().await.unwrap();
        response.headers()["x-request-id"].to_str().unwrap().to_owned()
    };
    assert_eq!(id("abc-123").await, "abc-123");
    for insane in ["", "a b", "a\"b", &"x".repeat(200)] {
        assert_eq!(id(insane).await.len(), 36, "{insane}");
    }
}

#[tokio::test]
async fn a_problem_may_have_members_of_its_own() {
    let response = app().await.get("/extended").send().await.unwrap();
    let body = problem(response, 404, "title_not_found").await;
    assert_eq!(body["suggestions"], json!(["Alien", "Aliens"]));
}
