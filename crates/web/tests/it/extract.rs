use axum::Router;
use axum::routing::{get, post};
use filmlens_web::extract::{Json, Path, Query, lenient_bool};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::app::{TestApp, problem};
use crate::raw::RawClient;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SortBy {
    Year,
    Rating,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "read through Debug")]
struct Search {
    q: String,
    #[serde(default)]
    genres: Vec<String>,
    page: Option<u32>,
    rating_min: Option<f64>,
    has_violence: Option<bool>,
    #[serde(default, deserialize_with = "lenient_bool")]
    has_suicide: Option<bool>,
    sort_by: Option<SortBy>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Film {
    title: String,
    year: Option<u16>,
    #[serde(default)]
    stars: Vec<Star>,
}

#[derive(Debug, Deserialize, Serialize)]
struct Star {
    name: String,
}

async fn app() -> TestApp {
    let search = |Query(search): Query<Search>| async move { format!("{search:?}") };
    let router = Router::new()
        .route("/search", get(search))
        .route("/films", post(|Json(film): Json<Film>| async { Json(film) }))
        .route("/films/{film_id}", get(|Path(id): Path<u32>| async move { id.to_string() }))
        .route("/names/{name}", get(|Path(name): Path<String>| async move { name }));
    TestApp::spawn(router).await
}

async fn refused(path: &str, status: u16, code: &str) -> Value {
    problem(app().await.get(path).send().await.unwrap(), status, code).await
}

#[tokio::test]
async fn repeated_keys_become_a_list() {
    let response =
        app().await.get("/search?q=a+b%20c&genres=Drama&genres=Sci-Fi&page=2").send().await.unwrap();
    let text = response.text().await.unwrap();
    assert!(text.contains(r#"q: "a b c", genres: ["Drama", "Sci-Fi"], page: Some(2)"#), "{text}");
    let response = app().await.get("/search?q=a&genres=Drama&page=").send().await.unwrap();
    assert!(response.text().await.unwrap().contains(r#"genres: ["Drama"], page: None"#));
}

#[tokio::test]
async fn a_wrong_parameter_is_named_with_what_it_must_be() {
    let cases = [
        ("page=two", "page", "must be a whole number"),
        ("page=-1", "page", "must be a whole number"),
        ("page=99999999999", "page", "is out of range"),
        ("page=1&page=2", "page", "must be given once"),
        ("rating_min=good", "rating_min", "must be a number"),
        ("has_violence=1", "has_violence", "must be true or false"),
        ("has_suicide=maybe", "has_suicide", "must be true or false"),
        ("sort_by=title", "sort_by", "must be one of year, rating"),
    ];
    for (query, field, message) in cases {
        let body = refused(&format!("/search?q=x&{query}"), 422, "validation_failed").await;
        assert_eq!(body["errors"], json!([{"field": field, "message": message}]), "{query}");
        assert_eq!(body["detail"], format!("{field} {message}"));
    }
    let body = refused("/search", 422, "validation_failed").await;
    assert_eq!(body["detail"], "q is required");
}

#[tokio::test]
async fn a_lenient_boolean_takes_what_python_clients_send() {
    for (sent, read) in [("True", "Some(true)"), ("0", "Some(false)"), ("", "None")] {
        let response = app().await.get(&format!("/search?q=a&has_suicide={sent}")).send().await.unwrap();
        assert!(response.text().await.unwrap().contains(&format!("has_suicide: {read}")), "{sent}");
    }
}

#[tokio::test]
async fn a_query_that_is_not_percent_encoded_utf8_is_refused() {
    for query in ["q=%zz", "q=%f", "q=%", "q=%ff%fe"] {
        let mut client = RawClient::connect(app().await.address).await;
        client.send(format!("GET /search?{query} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")).await;
        let answer = client.read_to_end().await;
        assert!(
            answer.starts_with("HTTP/1.1 400 ") && answer.contains("malformed_query"),
            "{query}: {answer}"
        );
    }
}

#[tokio::test]
async fn paths_are_checked() {
    let body = refused("/films/abc", 422, "validation_failed").await;
    assert_eq!(body["detail"], "film_id must be a whole number");
    refused("/names/%ff", 400, "malformed_path").await;
    refused("/names/a%00b", 400, "malformed_url").await;
    refused("/search?q=a%00b", 400, "malformed_url").await;
    let name = app().await.get("/names/caf%C3%A9%2500").send().await.unwrap();
    assert_eq!(name.text().await.unwrap(), "café%00");
}

#[tokio::test]
async fn json_comes_back_as_it_was_sent() {
    let film = json!({"title": "Alien", "year": 1979, "stars": [{"name": "Sigourney Weaver"}]});
    let response = app().await.post("/films").json(&film).send().await.unwrap();
    assert_eq!(response.json::<Value>().await.unwrap(), film);
}

async fn refused_body(content_type: &str, body: &'static str, status: u16, code: &str) -> Value {
    let response =
        app().await.post("/films").header("content-type", content_type).body(body).send().await.unwrap();
    problem(response, status, code).await
}

#[tokio::test]
async fn json_must_be_called_json() {
    refused_body("text/plain", r#"{"title":"Alien"}"#, 415, "unsupported_media_type").await;
    let app = app().await;
    for accepted in ["application/json; charset=utf-8", "application/merge-patch+json"] {
        let request = app.post("/films").header("content-type", accepted).body(r#"{"title":"Alien"}"#);
        assert_eq!(request.send().await.unwrap().status(), 200);
    }
}

#[tokio::test]
async fn broken_json_is_a_400() {
    for body in ["", "{", r#"{"title":}"#, r#"{"title":"Alien"} tail"#] {
        refused_body("application/json", body, 400, "malformed_json").await;
    }
}

#[tokio::test]
async fn a_wrong_field_is_named_by_its_path() {
    let cases = [
        (r#"{"title": 5}"#, "title", "must be text"),
        (r#"{"title": "x", "year": "old"}"#, "year", "must be a whole number"),
        (r#"{"title": "x", "year": 70000}"#, "year", "is out of range"),
        (r#"{"title": "x", "year": -1}"#, "year", "is out of range"),
        (r#"{"year": 1979}"#, "title", "is required"),
        (r#"{"title": "x", "stars": "many"}"#, "stars", "must be a list"),
        (r#"{"title": "x", "stars": [{"name": "a"}, {}]}"#, "stars[1].name", "is required"),
        (r#"{"title": "x", "stars": [{"name": null}]}"#, "stars[0].name", "must be text"),
        (r#"{"title": "x", "length": 1}"#, "length", "is not known"),
        ("[]", "body", "must be an object"),
        (r#" ["x", 1979, []]"#, "body", "must be an object"),
        ("7", "body", "must be an object"),
    ];
    for (body, field, message) in cases {
        let answer = refused_body("application/json", body, 422, "validation_failed").await;
        assert_eq!(answer["errors"], json!([{"field": field, "message": message}]), "{body}");
    }
}
