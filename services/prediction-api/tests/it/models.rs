use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

use crate::api::{TestApi, WAR, film};
use crate::stub::{self, PANICS};

#[tokio::test]
async fn the_model_that_answers_is_told() {
    let api = TestApi::spawn().await;
    let body = api.get("/models").await.body;
    let place = &body["models"][0];
    assert_eq!(place["place"], "sensitivity");
    assert_eq!(place["loaded"]["kind"], "sensitivity-classifier");
    assert_eq!(place["refused"], Value::Null);
    let version = api.post("/predict", &film("1", WAR)).await.body["model_version"].clone();
    assert_eq!(place["loaded"]["version"], version);
}

#[tokio::test]
async fn a_model_that_fails_its_checks_is_refused_and_the_former_goes_on() {
    let api = TestApi::spawn().await;
    let before = api.post("/predict", &film("1", WAR)).await.body;
    let refused = |version: &str| {
        let version = version.to_owned();
        move |answer: &crate::api::Answer| answer.body["models"][0]["refused"]["version"] == version
    };
    let broken = stub::publish_broken(&api.model());
    let told = api.wait_until("/models", refused(&broken)).await.body;
    assert_eq!(told["models"][0]["loaded"]["version"], before["model_version"]);
    assert!(!told.to_string().contains(api.model().to_str().unwrap()), "{told}");
    let foreign = stub::publish_as(&api.model(), "sequence-model", false);
    api.wait_until("/models", refused(&foreign)).await;
    assert_eq!(api.post("/predict", &film("1", WAR)).await.body["model_version"], before["model_version"]);
    assert_eq!(api.get("/health/ready").await.status, 200);

    let sound = stub::publish(&api.model());
    let taken_up = |answer: &crate::api::Answer| answer.body["models"][0]["loaded"]["version"] == sound;
    let told = api.wait_until("/models", taken_up).await.body;
    assert_eq!(told["models"][0]["refused"], Value::Null);
}

#[tokio::test]
async fn a_panic_of_the_model_fails_one_prediction_and_the_next_is_answered() {
    let api = TestApi::spawn().await;
    let answer = api.post("/predict", &film("1", &format!("It {PANICS} always"))).await;
    answer.is_problem(500, "Fallo en prediccion: el modelo no pudo responder.");
    assert_eq!(api.post("/predict", &film("1", WAR)).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_swap_under_load_drops_no_request() {
    const SWAPS: usize = 5;
    let api = Arc::new(TestApi::spawn().await);
    let is_over = Arc::new(AtomicBool::new(false));
    let askers: Vec<_> = (1..=4)
        .map(|asker| {
            let (api, is_over) = (api.clone(), is_over.clone());
            tokio::spawn(async move {
                let mut versions = Vec::new();
                while !is_over.load(Ordering::Relaxed) {
                    let answer = api.post("/predict", &film(&asker.to_string(), WAR)).await;
                    assert_eq!(answer.status, 200, "{}", answer.body);
                    let version = answer.body["model_version"].as_str().unwrap().to_owned();
                    if versions.last() != Some(&version) {
                        versions.push(version);
                    }
                }
                versions
            })
        })
        .collect();
    for _ in 0..SWAPS {
        let version = stub::publish(&api.model());
        let is_new = |answer: &crate::api::Answer| answer.body["models"][0]["loaded"]["version"] == version;
        api.wait_until("/models", is_new).await;
    }
    is_over.store(true, Ordering::Relaxed);
    for asker in askers {
        let versions = asker.await.unwrap();
        // Each once: nobody is sent back to a former model.
        assert!(versions.len() > 1 && versions.is_sorted(), "{versions:?}");
    }
}
