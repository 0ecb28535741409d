use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use crate::api::TestApi;
use crate::training;

#[tokio::test]
async fn without_a_model_the_service_says_what_to_do_and_takes_it_up_when_it_comes() {
    let api = TestApi::without_models().await;
    let ready = api.get("/health/ready").await;
    assert_eq!(ready.status, 503);
    assert_eq!(ready.body["dependencies"], json!({"classic": "down", "filmes": "down"}));
    assert_eq!(api.body("/health").await["model_loaded"], false);
    for path in
        ["/recommend/1", "/similar/1", "/similar?title=Alien", "/predict/1/1", "/popular", "/trending"]
    {
        let answer = api.get(path).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["code"]),
            (503, &json!("model_not_loaded")),
            "{path}"
        );
        assert!(answer.headers.contains_key("retry-after"), "{path}");
        let detail = answer.body["detail"].as_str().unwrap();
        assert!(detail.contains("filmlens-classic train") && detail.contains("models.classic"), "{detail}");
    }
    for path in ["/filmes", "/filmes/1/recomendacoes", "/filmes/clusters.svg"] {
        let answer = api.get(path).await;
        assert!(answer.body["detail"].as_str().unwrap().contains("models.filmes"), "{path}: {}", answer.body);
    }

    training::publish_filmes(&api.filmes());
    api.wait_until("/filmes", |answer| answer.status == 200).await;
    assert_eq!(api.get("/health/ready").await.status, 503);
    training::publish_classic(&api.classic());
    api.wait_until_ready().await;
    assert_eq!(api.get("/recommend/1").await.status, 200);
}

#[tokio::test]
async fn what_is_loaded_is_told() {
    let api = TestApi::spawn().await;
    let body = api.body("/models").await;
    let [classic, filmes] = [0, 1].map(|place| &body["models"][place]);
    assert_eq!((&classic["place"], &filmes["place"]), (&json!("classic"), &json!("filmes")));
    let loaded = &classic["loaded"];
    assert_eq!(loaded["kind"], "classic-recommenders");
    assert_eq!(loaded["methods"], json!(["popular", "trending", "knn", "svd", "ease", "kmeans"]));
    assert_eq!((&loaded["default_method"], &loaded["users"]), (&json!("ease"), &json!(training::USERS)));
    assert!(loaded["items"].as_u64().unwrap() > 100 && loaded["trained_at"].is_string(), "{loaded}");
    assert_eq!(classic["refused"], Value::Null);
    assert_eq!((&filmes["loaded"]["items"], &filmes["loaded"]["users"]), (&json!(20), &json!(5)));
}

#[tokio::test]
async fn a_broken_model_is_refused_and_the_former_goes_on() {
    let api = TestApi::spawn().await;
    let before = api.body("/recommend/1").await;
    let spoilt = training::publish_spoilt(&api.classic());
    let refused = |answer: &crate::api::Answer| answer.body["models"][0]["refused"].is_object();
    let told = api.wait_until("/models", refused).await.body;
    assert_eq!(told["models"][0]["refused"]["version"], spoilt);
    assert_eq!(told["models"][0]["loaded"]["version"], before["model_version"]);
    assert!(!told.to_string().contains(api.classic().to_str().unwrap()), "{told}");
    assert_eq!(api.body("/recommend/1").await, before);
    assert_eq!(api.get("/health/ready").await.status, 200);

    fs::remove_dir_all(api.classic()).unwrap();
    training::publish_classic(&api.classic());
    let replaced = |answer: &crate::api::Answer| {
        let place = &answer.body["models"][0];
        place["refused"].is_null() && place["loaded"]["version"] != before["model_version"]
    };
    api.wait_until("/models", replaced).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_swap_under_load_drops_no_request() {
    const SWAPS: usize = 5;
    let api = Arc::new(TestApi::spawn().await);
    let is_over = Arc::new(AtomicBool::new(false));
    let askers: Vec<_> = (1..=4)
        .map(|user| {
            let (api, is_over) = (api.clone(), is_over.clone());
            tokio::spawn(async move {
                let mut versions = Vec::new();
                while !is_over.load(Ordering::Relaxed) {
                    let body = api.body(&format!("/recommend/{user}?method=ease&k=5")).await;
                    assert_eq!(body["items"].as_array().unwrap().len(), 5);
                    let version = body["model_version"].as_str().unwrap().to_owned();
                    if versions.last() != Some(&version) {
                        versions.push(version);
                    }
                }
                versions
            })
        })
        .collect();
    for _ in 0..SWAPS {
        let version = training::publish_classic(&api.classic());
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
