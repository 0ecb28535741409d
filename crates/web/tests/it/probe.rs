use std::time::{Duration, Instant};

use axum::Router;
use filmlens_web::health::Check;
use filmlens_web::probe::{Error, is_ready};
use filmlens_web::{HttpSettings, Readiness};
use tokio::net::TcpListener;

use crate::app::{TestApp, settings};

fn on_port(port: u16) -> HttpSettings {
    HttpSettings { port, ..settings() }
}

#[tokio::test]
async fn a_service_is_ready_when_it_says_so() {
    let app = TestApp::spawn(Router::new()).await;
    is_ready(&on_port(app.address.port())).await.unwrap();
    let everywhere = HttpSettings { host: "0.0.0.0".to_owned(), ..on_port(app.address.port()) };
    is_ready(&everywhere).await.unwrap();
}

#[tokio::test]
async fn a_service_without_its_dependency_is_not_ready_and_the_probe_says_which() {
    let down = Check::new("postgres", || async { Err("connection refused") });
    let app = TestApp::spawn_with(Router::new(), settings(), Readiness::new(vec![down])).await;
    let error = is_ready(&on_port(app.address.port())).await.unwrap_err();
    assert!(error.to_string().contains(r#""postgres":"down""#), "{error}");
}

#[tokio::test]
async fn a_service_that_does_not_answer_is_not_ready_and_is_not_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent = on_port(listener.local_addr().unwrap().port());
    let started = Instant::now();
    assert!(matches!(is_ready(&silent).await, Err(Error::TimedOut)));
    assert!(started.elapsed() < Duration::from_secs(3));
    drop(listener);
    assert!(matches!(is_ready(&silent).await, Err(Error::Unreachable { .. })));
}
