//! With spans exported, each hop has a span of its own in the caller's trace. Alone in its process: the subscriber
//! is the process's.

use axum::Router;
use axum::http::HeaderMap;
use axum::routing::get;
use filmlens_telemetry::{TelemetrySettings, init};
use filmlens_web::client::{Client, ClientSettings};
use filmlens_web::{HttpSettings, Readiness, Server};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "00f067aa0ba902b7";

#[tokio::test(flavor = "multi_thread")]
async fn the_second_hop_belongs_to_the_callers_trace() {
    let nobody_listens = Some("http://127.0.0.1:1".to_owned());
    let settings = TelemetrySettings { otlp_endpoint: nobody_listens, ..TelemetrySettings::default() };
    let telemetry = init("web-test", &settings).unwrap();
    let client = Client::new(&ClientSettings::default()).unwrap();

    let serve = async |router: Router| {
        let settings = HttpSettings { host: "127.0.0.1".to_owned(), ..HttpSettings::default() };
        let server = Server::bind(&settings).await.unwrap();
        let url = format!("http://{}/", server.local_address());
        tokio::spawn(server.run(router, Readiness::default(), telemetry.metrics(), std::future::pending()));
        url
    };
    let echo = |headers: HeaderMap| async move { headers["traceparent"].to_str().unwrap().to_owned() };
    let second = serve(Router::new().route("/", get(echo))).await;
    let inner = client.clone();
    let forward = move || async move { inner.get(second).send().await.unwrap().text().await.unwrap() };
    let first = serve(Router::new().route("/", get(forward))).await;

    let request = client.get(first).header("traceparent", format!("00-{TRACE}-{CALLER}-01"));
    let seen = request.send().await.unwrap().text().await.unwrap();
    let parts: Vec<_> = seen.split('-').collect();
    assert_eq!(parts[1], TRACE);
    assert_ne!(parts[2], CALLER);
}
