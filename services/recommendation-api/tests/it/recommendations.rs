use std::collections::HashSet;

use serde_json::json;

use crate::api::{TestApi, movie_ids};
use crate::training;

#[tokio::test]
async fn the_service_introduces_itself() {
    let api = TestApi::spawn().await;
    let health = api.body("/health").await;
    let expected =
        json!({"status": "ok", "service": "recommendation-api", "version": "0.1.0", "model_loaded": true});
    assert_eq!(health, expected);
    assert_eq!(api.body("/").await["service"], "FilmLens Recommendation API");
}

#[tokio::test]
async fn every_method_recommends_films_that_the_user_has_not_rated() {
    let api = TestApi::spawn().await;
    let rated: HashSet<i64> = training::rated_by(1).into_iter().collect();
    assert!(rated.len() > 10);
    for method in ["popular", "trending", "knn", "svd", "ease", "kmeans"] {
        let body = api.body(&format!("/recommend/1?method={method}&k=7")).await;
        assert_eq!((&body["method"], &body["fallback"]), (&json!(method), &json!(false)), "{body}");
        assert_eq!((&body["user_id"], &body["known_user"]), (&json!(1), &json!(true)));
        let ids = movie_ids(&body);
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 7, "{method}");
        assert!(ids.iter().all(|id| !rated.contains(id)), "{method}: {ids:?}");
        let scores: Vec<f64> =
            body["items"].as_array().unwrap().iter().map(|film| film["score"].as_f64().unwrap()).collect();
        assert!(scores.is_sorted_by(|one, next| one >= next), "{method}: {scores:?}");
        let first = &body["items"][0];
        assert!(
            first["title"].is_string() && first["genres"].is_array() && first["year"].is_number(),
            "{first}"
        );
    }
}

#[tokio::test]
async fn ten_films_by_the_best_method_unless_asked_otherwise() {
    let api = TestApi::spawn().await;
    let body = api.body("/recommend/1").await;
    assert_eq!((body["method"].as_str(), movie_ids(&body).len()), (Some("ease"), 10));
}

#[tokio::test]
async fn new_users_get_the_popular_films_and_are_told() {
    let api = TestApi::spawn().await;
    let popular = api.body("/popular").await;
    let body = api.body("/recommend/999999?method=svd").await;
    assert_eq!(body["known_user"], false);
    assert_eq!(
        (&body["method"], &body["fallback"], &body["fallback_reason"]),
        (&json!("popular"), &json!(true), &json!("no_ratings"))
    );
    assert_eq!(body["items"], popular["items"]);
}

#[tokio::test]
async fn a_method_that_is_not_loaded_is_stood_in_for() {
    let api = TestApi::spawn().await;
    let body = api.body("/recommend/1?method=ials").await;
    assert_eq!((&body["method"], &body["fallback_reason"]), (&json!("popular"), &json!("method_not_loaded")));
}

#[tokio::test]
async fn the_popular_and_the_trending_films_are_lists_of_their_own() {
    let api = TestApi::spawn().await;
    for path in ["/popular", "/trending"] {
        let body = api.body(&format!("{path}?k=3")).await;
        assert_eq!(body["method"], path.trim_start_matches('/'));
        assert_eq!((movie_ids(&body).len(), &body["fallback"]), (3, &json!(false)));
    }
}
