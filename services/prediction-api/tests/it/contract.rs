//! The shapes and messages of the first FilmLens's prediction API, whose clients go on working.

use reqwest::Method;
use serde_json::{Value, json};

use crate::api::{PICNIC, Setup, TestApi, WAR, film};

#[tokio::test]
async fn the_service_introduces_itself() {
    let api = TestApi::spawn_with(Setup { without_model: true, ..Setup::default() }).await;
    let index = api.get("/").await.body;
    assert_eq!(index["name"], "FilmLens Sensitivity Classification API");
    assert_eq!(index["version"], "1.0.0");
    assert_eq!(
        index["endpoints"],
        json!({"health": "/health", "predict": "/api/v1/predict", "docs": "/docs"})
    );
    let health = api.get("/health").await;
    assert_eq!(health.status, 200);
    assert_eq!(health.body, json!({"status": "unhealthy", "model_loaded": false, "version": "1.0.0"}));
    for path in ["/predict", "/api/v1/predict"] {
        api.post(path, &film("1", WAR))
            .await
            .is_problem(503, "Modelo no cargado. Revisar logs del servidor.");
    }

    crate::stub::publish(&api.model());
    api.wait_until("/health/ready", |answer| answer.status == 200).await;
    let health = api.get("/health").await.body;
    assert_eq!(health, json!({"status": "healthy", "model_loaded": true, "version": "1.0.0"}));
}

#[tokio::test]
async fn a_prediction_has_the_fields_of_the_contract_on_both_paths() {
    let api = TestApi::spawn().await;
    let mut request = film("tt0111161", WAR);
    request["genre"] = json!("Drama, War");
    request["verbose"] = json!(true);
    request["something else"] = json!([1, 2]);
    for path in ["/predict", "/api/v1/predict"] {
        let answer = api.post(path, &request).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let body = answer.body;
        assert_eq!(body["movie_id"], "tt0111161");
        assert_eq!(body["movie_title"], "Film tt0111161");
        assert_eq!(
            body["violencia_nivel"],
            json!({
                "nivel": "alto",
                "probabilidad": 0.75,
                "probabilidades_todas": {"sin_contenido": 0.125, "moderado": 0.125, "alto": 0.75},
                "incierto": false,
            })
        );
        for category in ["sexualidad", "drogas", "lenguaje_fuerte", "suicidio"] {
            assert_eq!(body[format!("{category}_nivel")]["nivel"], "sin_contenido", "{category}");
        }
        // 100 - 100 * 1.0 * 1.0 * 0.75 / 4.05
        assert_eq!((&body["family_score"], &body["suitability"]), (&json!(81.5), &json!("safe")));
        assert_eq!(body["saved"], true);
    }
}

#[tokio::test]
async fn the_shape_of_the_first_revisions_is_there_on_request() {
    let api = TestApi::spawn().await;
    let mut request = film("7", WAR);
    request["genre"] = json!("War");
    let answer = api.post("/api/v1/predict?formato=triggers", &request).await.body;
    let trigger = |trigger: &str, probability: f64, detected: bool| json!({"trigger": trigger, "probability": probability, "detected": detected});
    assert_eq!(
        answer,
        json!({
            "movie_id": "7",
            "movie_title": "Film 7",
            "predictions": [
                trigger("has_suicide", 0.25, false),
                trigger("has_substance_abuse", 0.25, false),
                trigger("has_strong_language", 0.25, false),
                trigger("has_sexual_content", 0.25, false),
                trigger("has_violence", 0.875, true),
            ],
        })
    );
    request["verbose"] = json!(false);
    assert_eq!(api.post("/api/v1/predict?formato=triggers", &request).await.body, json!({"status": "OK"}));
    assert!(api.post("/api/v1/predict", &request).await.body["violencia_nivel"].is_object());
    assert_eq!(api.get("/api/v1/predict/7?formato=triggers").await.body, answer);
}

#[tokio::test]
async fn what_was_predicted_can_be_read_again_at_once() {
    let api = TestApi::spawn().await;
    api.get("/api/v1/predict/9").await.is_problem(404, "No prediction found for movie_id: 9");
    for number in 0..20 {
        let description = if number % 2 == 0 { WAR } else { PICNIC };
        let predicted = api.post("/api/v1/predict", &film("9", description)).await.body;
        let read = api.get("/api/v1/predict/9").await;
        assert_eq!(read.status, 200, "{}", read.body);
        for field in ["violencia_nivel", "family_score", "movie_title", "model_version"] {
            assert_eq!(read.body[field], predicted[field], "{field}");
        }
    }
}

#[tokio::test]
async fn pages_of_any_origin_may_ask() {
    let api = TestApi::spawn().await;
    let headers = [
        ("origin", "https://films.example"),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "content-type"),
    ];
    let answer = api.send(Method::OPTIONS, "/api/v1/predict", &headers, None).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.headers["access-control-allow-origin"], "*");
    let answer = api.send(Method::GET, "/health", &headers[..1], None).await;
    assert_eq!(answer.headers["access-control-allow-origin"], "*");
    assert_ne!(answer.body, Value::Null);
}
