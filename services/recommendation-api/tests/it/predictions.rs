use serde_json::json;

use crate::api::TestApi;
use crate::training;

#[tokio::test]
async fn a_rating_is_predicted_on_the_scale() {
    let api = TestApi::spawn().await;
    let movie = training::rated_by(1)[0];
    let known = api.body(&format!("/predict/1/{movie}")).await;
    let stars = known["stars"].as_f64().unwrap();
    assert!((0.5..=5.0).contains(&stars), "{known}");
    assert_eq!((&known["user_id"], &known["movie_id"]), (&json!(1), &json!(movie)));
    assert_eq!((&known["known_user"], &known["method"]), (&json!(true), &json!("blend")));

    let unknown = api.body(&format!("/predict/999999/{movie}")).await;
    assert_eq!(unknown["known_user"], false);
    assert!((0.5..=5.0).contains(&unknown["stars"].as_f64().unwrap()), "{unknown}");
}

#[tokio::test]
async fn a_film_that_the_model_does_not_know_has_no_rating() {
    let api = TestApi::spawn().await;
    api.get("/predict/1/987654321").await.is_problem(404, "Movie not found with id: 987654321");
}
