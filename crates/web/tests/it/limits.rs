use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::{get, post};
use filmlens_web::extract::Json;
use filmlens_web::{HttpSettings, RateLimit, Readiness};
use serde_json::Value;
use tokio::io::AsyncReadExt;

use crate::app::{TestApp, problem, settings};
use crate::raw::RawClient;

async fn app(settings: HttpSettings) -> TestApp {
    let slow = || async {
        tokio::time::sleep(Duration::from_secs(60)).await;
        "late"
    };
    let router = Router::new()
        .route("/films", get(|| async { "films" }).post(|Json(_): Json<Value>| async { "made" }))
        .route("/ignores-the-body", post(|| async { "fine" }))
        .route("/slow", get(slow));
    TestApp::spawn_with(router, settings, Readiness::default()).await
}

#[tokio::test]
async fn a_client_that_dawdles_over_its_head_is_cut_off() {
    let limit = Duration::from_millis(300);
    let app = app(HttpSettings { header_read_timeout: limit, ..settings() }).await;
    let mut client = RawClient::connect(app.address).await;
    let start = Instant::now();
    client.send("GET /films HTTP/1.1\r\nhost: x\r\n").await;
    client.read_to_end().await;
    assert!(start.elapsed() >= limit && start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
}

/// More than the kernel buffers on both sides of a connection.
const HUGE: usize = 32 << 20;

async fn huge(write_timeout: Duration) -> TestApp {
    let router = Router::new().route("/huge", get(|| async { vec![b'x'; HUGE] }));
    let settings = HttpSettings { write_timeout, max_connections: 1, ..settings() };
    TestApp::spawn_with(router, settings, Readiness::default()).await
}

const ASK_HUGE: &str = "GET /huge HTTP/1.1\r\nhost: x\r\n\r\n";

#[tokio::test]
async fn a_client_that_does_not_read_gives_up_its_place() {
    let app = huge(Duration::from_millis(300)).await;
    let mut deaf = RawClient::connect(app.address).await;
    deaf.send(ASK_HUGE).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let mut waiting = RawClient::connect(app.address).await;
    let start = Instant::now();
    waiting.send("GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(waiting.read_some().await.starts_with("HTTP/1.1 200 "));
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_client_that_reads_slowly_gets_everything() {
    let app = huge(Duration::from_millis(500)).await;
    let mut slow = RawClient::connect(app.address).await;
    slow.send(ASK_HUGE).await;
    let mut part = vec![0; HUGE / 10];
    for _ in 0..10 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        slow.0.read_exact(&mut part).await.unwrap();
    }
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_a_503() {
    let app = app(HttpSettings { request_timeout: Duration::from_millis(200), ..settings() }).await;
    let response = app.get("/slow").send().await.unwrap();
    assert_eq!(response.headers()["retry-after"], "1");
    problem(response, 503, "timed_out").await;
}

#[tokio::test]
async fn a_body_that_never_ends_is_a_503_too() {
    let app = app(HttpSettings { request_timeout: Duration::from_millis(200), ..settings() }).await;
    let mut client = RawClient::connect(app.address).await;
    client
        .send(
            "POST /films HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{",
        )
        .await;
    assert!(client.read_to_end().await.starts_with("HTTP/1.1 503 "));
}

#[tokio::test]
async fn an_oversized_body_is_a_413_however_it_is_sent() {
    let app = app(HttpSettings { body_limit_bytes: 1000, ..settings() }).await;
    let body = format!("\"{}\"", "x".repeat(3_000_000));
    let json = |path| app.post(path).header("content-type", "application/json");
    for path in ["/films", "/ignores-the-body"] {
        problem(json(path).body(body.clone()).send().await.unwrap(), 413, "body_too_large").await;
    }
    let chunks: Vec<Result<String, std::io::Error>> = vec![Ok(body.clone()), Ok(body)];
    let chunked = reqwest::Body::wrap_stream(futures::stream::iter(chunks));
    problem(json("/films").body(chunked).send().await.unwrap(), 413, "body_too_large").await;
}

#[tokio::test]
async fn a_query_over_the_limit_is_a_414() {
    let app = app(HttpSettings { query_limit_bytes: 100, ..settings() }).await;
    assert_eq!(app.get(&format!("/films?q={}", "x".repeat(98))).send().await.unwrap().status(), 200);
    let response = app.get(&format!("/films?q={}", "x".repeat(99))).send().await.unwrap();
    problem(response, 414, "query_too_long").await;
}

#[tokio::test]
async fn a_query_of_a_megabyte_is_refused() {
    let app = app(settings()).await;
    for length in [9_000, 60_000, 70_000, 1_000_000] {
        let mut client = RawClient::connect(app.address).await;
        client
            .send(format!(
                "GET /films?q={} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
                "x".repeat(length)
            ))
            .await;
        let answer = client.read_to_end().await;
        let status = answer.get(9..12).unwrap_or_default();
        assert!(["414", "431"].contains(&status), "{length}: {answer}");
    }
}

fn one_at_a_time() -> HttpSettings {
    HttpSettings { rate_limit: RateLimit { per_second: 1, burst: 2 }, trusted_proxy_hops: 1, ..settings() }
}

#[tokio::test]
async fn a_client_that_asks_too_often_is_told_when_to_come_back() {
    let app = app(one_at_a_time()).await;
    let get = || app.get("/films").header("origin", "https://films.example");
    for _ in 0..2 {
        assert_eq!(get().send().await.unwrap().status(), 200);
    }
    let response = get().send().await.unwrap();
    assert_eq!(response.headers()["retry-after"], "1");
    assert_eq!(response.headers()["access-control-allow-origin"], "*");
    problem(response, 429, "rate_limited").await;
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(get().send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn clients_behind_our_proxy_are_told_apart_and_probes_are_exempt() {
    let app = app(one_at_a_time()).await;
    for client in 0..5 {
        let request = app.get("/films").header("x-forwarded-for", format!("203.0.113.{client}"));
        assert_eq!(request.send().await.unwrap().status(), 200);
    }
    for _ in 0..5 {
        assert_eq!(app.get("/health/live").send().await.unwrap().status(), 200);
        assert_eq!(app.get("/metrics").send().await.unwrap().status(), 200);
    }
}

#[tokio::test]
async fn connections_over_the_limit_wait_for_a_free_place() {
    let app = app(HttpSettings { max_connections: 1, ..settings() }).await;
    let mut first = RawClient::connect(app.address).await;
    let mut second = RawClient::connect(app.address).await;
    first.send("GET /films HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(first.read_some().await.starts_with("HTTP/1.1 200 "));
    second.send("GET /films HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let waiting = tokio::time::timeout(Duration::from_millis(200), second.read_some()).await;
    assert!(waiting.is_err(), "{waiting:?}");
    drop(first);
    assert!(second.read_some().await.starts_with("HTTP/1.1 200 "));
}
