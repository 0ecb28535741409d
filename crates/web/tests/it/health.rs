use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::get;
use filmlens_web::Readiness;
use filmlens_web::health::{Check, Report};
use serde_json::{Value, json};

use crate::app::{TestApp, settings};

/// Longer than a report is remembered.
const REMEMBERED: Duration = Duration::from_millis(1100);

#[tokio::test]
async fn readiness_follows_each_dependency() {
    let up = Arc::new(AtomicBool::new(true));
    let probed = up.clone();
    let postgres = Check::new("postgres", move || {
        let up = probed.load(Ordering::Relaxed);
        async move { if up { Ok(()) } else { Err("connection refused: password=hunter2") } }
    });
    let redis = Check::new("redis", || async { Ok::<_, std::io::Error>(()) });
    let app = TestApp::spawn_with(Router::new(), settings(), Readiness::new(vec![postgres, redis])).await;

    let ready = app.get("/health/ready").send().await.unwrap();
    assert_eq!(ready.status(), 200);
    let body: Value = ready.json().await.unwrap();
    assert_eq!(body, json!({"status": "ready", "dependencies": {"postgres": "up", "redis": "up"}}));

    up.store(false, Ordering::Relaxed);
    tokio::time::sleep(REMEMBERED).await;
    let ready = app.get("/health/ready").send().await.unwrap();
    assert_eq!(ready.status(), 503);
    let body: Value = ready.json().await.unwrap();
    assert_eq!(body, json!({"status": "not_ready", "dependencies": {"postgres": "down", "redis": "up"}}));
    assert_eq!(app.get("/health/live").send().await.unwrap().status(), 200);

    up.store(true, Ordering::Relaxed);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(app.get("/health/ready").send().await.unwrap().status(), 200);
}

/// A check that takes a while, and how often it ran.
fn counted(takes: Duration) -> (Readiness, Arc<AtomicU32>) {
    let runs = Arc::new(AtomicU32::new(0));
    let counter = runs.clone();
    let check = Check::new("postgres", move || {
        counter.fetch_add(1, Ordering::Relaxed);
        async move {
            tokio::time::sleep(takes).await;
            Ok::<_, std::io::Error>(())
        }
    });
    (Readiness::new(vec![check]), runs)
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_probes_makes_one_check_a_second() {
    let (readiness, runs) = counted(Duration::from_millis(100));
    let flood = || async {
        let reports = futures::future::join_all((0..50).map(|_| readiness.report())).await;
        assert!(reports.iter().all(Report::is_ready));
    };
    flood().await;
    flood().await;
    assert_eq!(runs.load(Ordering::Relaxed), 1);
    tokio::time::sleep(REMEMBERED).await;
    flood().await;
    assert_eq!(runs.load(Ordering::Relaxed), 2);
}

#[tokio::test(start_paused = true)]
async fn probes_that_hang_up_start_no_further_checks() {
    let (readiness, runs) = counted(Duration::from_millis(500));
    for _ in 0..5 {
        assert!(tokio::time::timeout(Duration::from_millis(50), readiness.report()).await.is_err());
    }
    assert!(readiness.report().await.is_ready());
    assert_eq!(runs.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn dependencies_that_hang_are_down_after_a_second_all_together() {
    let hang = |name| Check::new(name, std::future::pending::<Result<(), std::io::Error>>);
    let readiness = Readiness::new(vec![hang("postgres"), hang("redis"), hang("mongodb")]);
    let app = TestApp::spawn_with(Router::new(), settings(), readiness).await;
    let start = Instant::now();
    assert_eq!(app.get("/health/ready").send().await.unwrap().status(), 503);
    assert!(start.elapsed() < Duration::from_millis(1900), "{:?}", start.elapsed());
}

#[tokio::test]
async fn metrics_count_requests_by_route() {
    let app = TestApp::spawn(Router::new().route("/counted/{film_id}", get(|| async { "film" }))).await;
    app.get("/counted/1").send().await.unwrap();
    app.get("/counted/2").send().await.unwrap();
    app.get("/not-a-route/1").send().await.unwrap();
    let text = app.get("/metrics").send().await.unwrap().text().await.unwrap();
    for line in [
        r#"http_requests_total{method="GET",route="/counted/{film_id}",status="200"} 2"#,
        r#"http_request_duration_seconds_count{method="GET",route="/counted/{film_id}",status="200"} 2"#,
        r#"route="unmatched",status="404""#,
        "http_requests_in_flight ",
        "filmlens_build_info{",
    ] {
        assert!(text.contains(line), "{line} is not in {text}");
    }
    assert!(!text.contains("not-a-route"), "{text}");
}

#[tokio::test]
async fn a_client_that_hangs_up_is_counted_too() {
    let slow = || async { tokio::time::sleep(Duration::from_secs(60)).await };
    let app = TestApp::spawn(Router::new().route("/hung-up-on", get(slow))).await;
    let request = app.get("/hung-up-on").timeout(Duration::from_millis(100)).send().await;
    assert!(request.is_err());
    tokio::time::sleep(Duration::from_millis(200)).await;
    let text = app.get("/metrics").send().await.unwrap().text().await.unwrap();
    assert!(text.contains(r#"route="/hung-up-on",status="499"} 1"#), "{text}");
}
