use axum::Router;
use axum::routing::get;
use filmlens_web::{HttpSettings, Readiness};
use reqwest::Method;

use crate::app::{TestApp, client, settings};

async fn app(settings: HttpSettings) -> TestApp {
    let router = Router::new()
        .route("/long", get(|| async { "films and more films ".repeat(500) }))
        .route("/short", get(|| async { "films" }));
    TestApp::spawn_with(router, settings, Readiness::default()).await
}

#[tokio::test]
async fn pages_of_any_origin_may_ask_without_credentials() {
    let app = app(settings()).await;
    let preflight = client()
        .request(Method::OPTIONS, app.url("/short"))
        .header("origin", "https://films.example")
        .header("access-control-request-method", "PUT")
        .header("access-control-request-headers", "authorization,x-api-key")
        .send()
        .await
        .unwrap();
    assert_eq!(preflight.status(), 200);
    assert_eq!(preflight.headers()["access-control-allow-origin"], "*");
    assert_eq!(preflight.headers()["access-control-allow-methods"], "*");
    assert_eq!(preflight.headers()["access-control-allow-headers"], "authorization,x-api-key");
    assert!(preflight.headers().get("access-control-allow-credentials").is_none());

    let answer = app.get("/short").header("origin", "https://films.example").send().await.unwrap();
    assert_eq!(answer.headers()["access-control-allow-origin"], "*");
    assert!(answer.headers()["access-control-expose-headers"].to_str().unwrap().contains("etag"));
}

#[tokio::test]
async fn only_the_listed_origins_may_ask() {
    let origins = vec!["https://films.example".to_owned()];
    let app = app(HttpSettings { cors_allowed_origins: origins, ..settings() }).await;
    let allowed = async |origin: &str| {
        let answer = app.get("/short").header("origin", origin).send().await.unwrap();
        answer.headers().get("access-control-allow-origin").cloned()
    };
    assert_eq!(allowed("https://films.example").await.unwrap(), "https://films.example");
    assert_eq!(allowed("https://evil.example").await, None);
}

#[tokio::test]
async fn long_answers_are_compressed_for_who_can_read_them() {
    let app = app(settings()).await;
    let encoding = async |path: &str, accepted: &str| {
        let answer = app.get(path).header("accept-encoding", accepted).send().await.unwrap();
        let encoding =
            answer.headers().get("content-encoding").map(|value| value.to_str().unwrap().to_owned());
        (encoding, answer.bytes().await.unwrap().len())
    };
    for accepted in ["br", "gzip"] {
        let (used, length) = encoding("/long", accepted).await;
        assert_eq!(used.as_deref(), Some(accepted));
        assert!(length < 1000, "{length}");
        assert_eq!(encoding("/short", accepted).await, (None, 5));
    }
    assert_eq!(encoding("/long", "identity").await, (None, 10500));
}
