use axum::Router;
use axum::http::HeaderMap;
use axum::routing::get;

use crate::app::{TestApp, client};

const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

#[tokio::test]
async fn the_id_and_the_trace_of_a_request_reach_the_second_service() {
    let second = TestApp::spawn(Router::new().route("/echo", get(echo))).await;
    let url = second.url("/echo");
    let first = move || async move { client().get(url).send().await.unwrap().text().await.unwrap() };
    let first = TestApp::spawn(Router::new().route("/", get(first))).await;

    let request = first.get("/").header("x-request-id", "two-hops").header("traceparent", TRACEPARENT);
    let seen = request.send().await.unwrap().text().await.unwrap();
    assert_eq!(seen, format!("two-hops {TRACEPARENT}"));

    let answer = first.get("/").send().await.unwrap();
    let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
    assert_eq!(answer.text().await.unwrap(), format!("{id} none"));
}

async fn echo(headers: HeaderMap) -> String {
    let header = |name| headers.get(name).map_or("none", |value| value.to_str().unwrap());
    format!("{} {}", header("x-request-id"), header("traceparent"))
}
