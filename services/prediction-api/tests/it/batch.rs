use reqwest::Method;
use serde_json::{Value, json};

use crate::api::{PICNIC, Setup, TestApi, WAR, film};
use crate::stub::FAILS;

const PATH: &str = "/api/v1/predict/batch";

#[tokio::test]
async fn each_film_of_a_batch_has_its_own_result_or_problem() {
    let api = TestApi::spawn().await;
    let request = json!({"films": [
        film("1", WAR),
        film("2", "short"),
        {"movie_id": "3", "title": "No description"},
        "no film",
        film("5", PICNIC),
    ], "explain": true, "profile": {"age": 9}});
    let body = api.post(PATH, &request).await.body;
    assert_eq!((&body["predicted"], &body["failed"]), (&json!(2), &json!(3)));
    let results = body["results"].as_array().unwrap();
    for (index, result) in results.iter().enumerate() {
        assert_eq!(result["index"], index);
    }
    assert_eq!(results[0]["prediction"]["verdict"]["decision"], "unsuitable");
    assert!(results[0]["prediction"]["violencia_nivel"]["explanation"]["raw"].is_number());
    assert_eq!(results[4]["prediction"]["verdict"]["decision"], "suitable");
    for index in [1, 2] {
        assert_eq!(results[index]["problem"]["status"], 422);
        assert_eq!(results[index]["problem"]["errors"][0]["field"], "description");
    }
    assert_eq!(results[3]["problem"]["status"], 422);
    api.has_saved(2).await;
}

#[tokio::test]
async fn a_thousand_films_are_streamed_back_in_their_order() {
    // Fewer fit into the queue than come.
    let environment = vec![("FILMLENS__ENGINE__QUEUE_REQUESTS", "8".to_owned())];
    let api = TestApi::spawn_with(Setup { environment, ..Setup::default() }).await;
    let films: Vec<Value> = (0..1_000).map(|number| film(&number.to_string(), WAR)).collect();
    let lines = [("accept", "application/x-ndjson")];
    let answer = api.send(Method::POST, PATH, &lines, Some(&json!({"films": films}))).await;
    assert_eq!(answer.headers["content-type"], "application/x-ndjson");
    let text = answer.body.as_str().unwrap();
    let mut count = 0;
    for (index, line) in text.lines().enumerate() {
        let line: Value = serde_json::from_str(line).unwrap();
        assert_eq!(
            (&line["index"], &line["prediction"]["movie_id"]),
            (&json!(index), &json!(index.to_string()))
        );
        count += 1;
    }
    assert_eq!(count, 1_000);
    api.has_saved(1_000).await;
}

#[tokio::test]
async fn a_batch_has_a_film_and_no_more_than_a_thousand() {
    let api = TestApi::spawn().await;
    api.post(PATH, &json!({"films": []})).await.is_problem(422, "films must not be empty");
    let films = vec![film("1", WAR); 1_001];
    api.post(PATH, &json!({"films": films})).await.is_problem(422, "films must have at most 1000 entries");
    let answer = api.post(PATH, &json!({})).await;
    assert_eq!((answer.status.as_u16(), &answer.body["errors"][0]["field"]), (422, &json!("films")));
}

#[tokio::test]
async fn a_failure_of_the_model_is_told_to_its_film() {
    let api = TestApi::spawn().await;
    let single = api.post("/predict", &film("1", &format!("It {FAILS} always"))).await;
    single.is_problem(500, "Fallo en prediccion: el modelo no pudo responder.");
    let request = json!({"films": [film("1", &format!("It {FAILS} always"))]});
    let body = api.post(PATH, &request).await.body;
    assert_eq!(body["results"][0]["problem"]["code"], "prediction_failed");
    let api = TestApi::spawn_with(Setup { without_model: true, ..Setup::default() }).await;
    api.post(PATH, &request).await.is_problem(503, "Modelo no cargado. Revisar logs del servidor.");
}
