use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::get;
use filmlens_web::{Error, HttpSettings, Readiness, Server};
use tokio::net::TcpStream;
use tokio::sync::Notify;

use crate::app::{TestApp, settings};
use crate::raw::RawClient;

/// `/slow` tells that it has begun, and answers half a second later.
async fn app(settings: HttpSettings) -> (TestApp, Arc<Notify>) {
    let begun = Arc::new(Notify::new());
    let notify = begun.clone();
    let slow = move || async move {
        notify.notify_one();
        tokio::time::sleep(Duration::from_millis(500)).await;
        "finished"
    };
    let router = Router::new().route("/slow", get(slow)).route("/films", get(|| async { "films" }));
    (TestApp::spawn_with(router, settings, Readiness::default()).await, begun)
}

#[tokio::test]
async fn a_request_in_flight_is_finished_and_new_connections_are_refused() {
    let (mut app, begun) = app(settings()).await;
    let request = tokio::spawn(app.get("/slow").send());
    begun.notified().await;
    app.begin_stop();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(TcpStream::connect(app.address).await.is_err());
    assert_eq!(request.await.unwrap().unwrap().text().await.unwrap(), "finished");
    app.stopped().await;
}

#[tokio::test]
async fn idle_connections_do_not_delay_the_end() {
    let (mut app, _) = app(settings()).await;
    let mut silent = RawClient::connect(app.address).await;
    let mut idle = RawClient::connect(app.address).await;
    idle.send("GET /films HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(idle.read_some().await.starts_with("HTTP/1.1 200 "));
    let start = Instant::now();
    app.begin_stop();
    app.stopped().await;
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    assert_eq!(idle.read_to_end().await, "");
    assert_eq!(silent.read_to_end().await, "");
}

#[tokio::test]
async fn a_request_that_outlasts_the_drain_is_cut_off() {
    let (mut app, begun) =
        app(HttpSettings { drain_timeout: Duration::from_millis(100), ..settings() }).await;
    let request = tokio::spawn(app.get("/slow").send());
    begun.notified().await;
    let start = Instant::now();
    app.begin_stop();
    app.stopped().await;
    assert!(start.elapsed() < Duration::from_millis(400), "{:?}", start.elapsed());
    assert!(request.await.unwrap().is_err());
}

#[tokio::test]
async fn readiness_turns_before_the_door_closes() {
    let (mut app, _) =
        app(HttpSettings { announce_shutdown: Duration::from_millis(500), ..settings() }).await;
    assert_eq!(app.get("/health/ready").send().await.unwrap().status(), 200);
    app.begin_stop();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let ready = app.get("/health/ready").send().await.unwrap();
    assert_eq!(ready.status(), 503);
    assert!(ready.text().await.unwrap().contains("shutting_down"));
    assert_eq!(app.get("/films").send().await.unwrap().status(), 200);
    assert_eq!(app.get("/health/live").send().await.unwrap().status(), 200);
    app.stopped().await;
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let (app, _) = app(settings()).await;
    let taken = HttpSettings { port: app.address.port(), ..settings() };
    let Err(error @ Error::Bind { .. }) = Server::bind(&taken).await.map(|_| ()) else {
        panic!("bound twice")
    };
    assert!(error.to_string().contains(&app.address.to_string()), "{error}");
}
