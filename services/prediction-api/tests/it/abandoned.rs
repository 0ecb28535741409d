use std::time::{Duration, Instant};

use crate::api::{Setup, TestApi, WAR, film};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_queue_that_is_full_answers_429_at_once_and_who_hangs_up_is_not_computed() {
    let environment = vec![("FILMLENS__ENGINE__QUEUE_REQUESTS", "2".to_owned())];
    let api = TestApi::spawn_with(Setup { environment, ..Setup::default() }).await;
    let url = format!("{}/predict", api.address);
    let ask = |title: &str| {
        let mut film = film("1", WAR);
        film["title"] = title.into();
        tokio::spawn(api.client.post(&url).json(&film).send())
    };
    let gate = api.control.gate();
    let first = ask("computing");
    let gate = gate.wait_until_computing().await;
    let leaving = ask("leaving");
    let staying = ask("staying");
    let waiting = |count: u64| {
        move |answer: &crate::api::Answer| {
            answer.body["models"][0]["loaded"]["stats"]["waiting_requests"] == count
        }
    };
    api.wait_until("/models", waiting(2)).await;

    let started = Instant::now();
    let refused = api.post("/predict", &film("1", WAR)).await;
    assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
    refused.is_problem(429, "Too many predictions are being computed; try again shortly.");
    assert!(refused.headers["retry-after"].to_str().unwrap().parse::<u64>().unwrap() >= 1);
    let batch = serde_json::json!({"films": [film("1", WAR)]});
    assert_eq!(api.post("/api/v1/predict/batch", &batch).await.status, 429);

    leaving.abort();
    let late = loop {
        // The service notices after a moment that somebody has gone, and then has room.
        let late = ask("late");
        tokio::time::sleep(Duration::from_millis(100)).await;
        if !late.is_finished() {
            break late;
        }
        assert_eq!(late.await.unwrap().unwrap().status(), 429);
    };
    drop(gate);
    for answered in [first, staying, late] {
        assert_eq!(answered.await.unwrap().unwrap().status(), 200);
    }
    let titles = api.control.titles();
    assert!(!titles.contains(&"leaving".to_owned()), "{titles:?}");
    assert!(titles.contains(&"late".to_owned()), "{titles:?}");
}
