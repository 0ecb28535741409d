use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};

use crate::api::{TestApi, WAR, film};

fn with(field: &str, value: Value) -> Value {
    let mut film = film("1", WAR);
    film[field] = value;
    film
}

#[tokio::test]
async fn every_limit_is_kept_and_the_field_named() {
    let api = TestApi::spawn().await;
    for (field, value) in [
        ("movie_id", json!("")),
        ("movie_id", json!("a".repeat(51))),
        ("movie_id", json!(7)),
        ("movie_id", json!("a\0b")),
        ("title", json!("")),
        ("title", json!("a".repeat(501))),
        ("title", Value::Null),
        ("description", json!("nine sign")),
        ("description", json!("          ")),
        ("description", json!("a".repeat(1_000_000))),
        ("description", json!("a war and a NUL \0")),
        ("genres", json!("War")),
        ("genres", json!(vec!["War"; 51])),
        ("genres[0]", Value::Null),
        ("certificate", json!("a".repeat(21))),
        ("keywords", json!(vec!["war"; 501])),
        ("keywords[1]", Value::Null),
        ("year", json!(1799)),
        ("year", json!("old")),
        ("year", json!(1998.5)),
        ("explain", json!("perhaps")),
        ("profile.age", Value::Null),
    ] {
        let request = match field {
            "genres[0]" => with("genres", json!([""])),
            "keywords[1]" => with("keywords", json!(["war", "a".repeat(101)])),
            "profile.age" => with("profile", json!({"age": 121})),
            _ => with(field, value),
        };
        let answer = api.post("/api/v1/predict", &request).await;
        assert_eq!(answer.status, 422, "{field}: {}", answer.body);
        assert_eq!(answer.body["errors"][0]["field"], field, "{}", answer.body);
    }
    for field in ["movie_id", "title", "description"] {
        let mut request = film("1", WAR);
        request.as_object_mut().unwrap().remove(field);
        let answer = api.post("/api/v1/predict", &request).await;
        assert_eq!((answer.status.as_u16(), &answer.body["errors"][0]["field"]), (422, &json!(field)));
    }
    assert_eq!(api.count("predictions").await, 0);
}

#[tokio::test]
async fn what_only_the_first_revisions_knew_is_refused_in_their_shape_alone() {
    let api = TestApi::spawn().await;
    for (field, value) in [
        ("genre", json!("a".repeat(201))),
        ("genre", json!("a\0b")),
        ("genre", json!(7)),
        ("genre", json!(["War", null])),
        ("verbose", json!("no")),
        ("verbose", json!([false])),
    ] {
        let request = with(field, value);
        let answer = api.post("/api/v1/predict?formato=triggers", &request).await;
        assert_eq!(answer.status, 422, "{request}: {}", answer.body);
        assert_eq!(answer.body["errors"][0]["field"], field, "{}", answer.body);
        let answer = api.post("/api/v1/predict", &request).await;
        assert_eq!(answer.status, 200, "{request}: {}", answer.body);
        let batch = api.post("/api/v1/predict/batch", &json!({"films": [request]})).await;
        assert_eq!(batch.body["predicted"], 1, "{}", batch.body);
    }
    for path in ["/api/v1/predict", "/api/v1/predict?formato=triggers"] {
        let answer = api.post(path, &with("genre", json!(["War", "Drama"]))).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    let mut blocked = with("genre", json!(["Terror"]));
    blocked["profile"] = json!({"age": 40, "blocked_genres": ["Horror"]});
    let verdict = api.post("/api/v1/predict", &blocked).await.body["verdict"].clone();
    assert_eq!(verdict["decision"], "unsuitable", "{verdict}");
}

#[tokio::test]
async fn texts_of_any_script_at_their_limits_are_predicted() {
    let api = TestApi::spawn().await;
    for (field, value) in [
        ("movie_id", "ñ".repeat(50)),
        ("title", "🎬".repeat(500)),
        ("description", "🎬".repeat(10)),
        ("description", "حرب بين أخوين في مدينة قديمة".to_owned()),
        ("description", "\u{202e}txet desrever\u{202c}".to_owned()),
        ("description", "w".repeat(20_000)),
    ] {
        let answer = api.post("/api/v1/predict", &with(field, json!(value))).await;
        assert_eq!(answer.status, 200, "{field}: {}", answer.body);
    }
    api.has_saved(6).await;
    let title: String = sqlx::query_scalar("SELECT title FROM movie_triggers WHERE movie_id = $1")
        .bind("ñ".repeat(50))
        .fetch_one(&api.pool)
        .await
        .unwrap();
    assert_eq!(title, "Film 1");
}

#[tokio::test]
async fn bodies_that_are_no_request_are_refused() {
    let api = TestApi::spawn().await;
    let ask = async |kind: &str, body: Vec<u8>| {
        let request = api.client.post(format!("{}/predict", api.address)).header(CONTENT_TYPE, kind);
        request.body(body).send().await.unwrap().status().as_u16()
    };
    let whole = film("1", WAR).to_string();
    assert_eq!(ask("application/json", whole.clone().into_bytes()).await, 200);
    assert_eq!(ask("application/json", whole.as_bytes()[..whole.len() - 5].to_vec()).await, 400);
    assert_eq!(ask("application/json", Vec::new()).await, 400);
    assert_eq!(ask("application/json", b"\xff\xfe".to_vec()).await, 400);
    assert_eq!(ask("application/json", b"[]".to_vec()).await, 422);
    assert_eq!(ask("application/json", b"null".to_vec()).await, 422);
    assert_eq!(ask("text/plain", whole.into_bytes()).await, 415);
    assert_eq!(ask("application/json", vec![b' '; 9_000_000]).await, 413);
    for path in ["/api/v1/predict/%00", "/api/v1/predict/%FF", "/api/v1/predict?formato=levels", "/predict"] {
        let status = api.get(path).await.status.as_u16();
        assert!((400..500).contains(&status), "{path}: {status}");
    }
}
