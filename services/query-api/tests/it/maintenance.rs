use filmlens_catalog_store::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::api::{Answer, TestApi};

struct Editing {
    api: TestApi,
    key: String,
}

impl Editing {
    async fn start() -> Self {
        let api = TestApi::spawn().await;
        let key = api.key("editor", Role::Editor).await;
        Self { api, key }
    }

    async fn send(&self, method: Method, path: &str, if_match: Option<&str>, body: Option<Value>) -> Answer {
        let mut headers = vec![("x-api-key", self.key.as_str())];
        headers.extend(if_match.map(|etag| ("if-match", etag)));
        self.api.send(method, path, &headers, body.as_ref()).await
    }

    async fn create(&self, body: Value) -> Answer {
        self.send(Method::POST, "/api/v1/movies", None, Some(body)).await
    }
}

fn alien() -> Value {
    json!({"imdb_id": "tt0078748", "movie_name": "Alien", "year": 1979, "genre": ["Horror"], "rating": 8.5})
}

#[tokio::test]
async fn a_film_is_created_read_replaced_patched_and_deleted() {
    let editing = Editing::start().await;
    let created = editing.create(alien()).await;
    assert_eq!(created.status, 201, "{}", created.body);
    assert_eq!(created.headers["location"], "/api/v1/movies/tt0078748");
    let path = "/api/v1/movies/tt0078748";
    assert_eq!(editing.api.get(path).await.body, created.body);

    let patch = json!({"certificate": "R", "year": null});
    let patched = editing.send(Method::PATCH, path, Some(created.etag()), Some(patch)).await;
    assert_eq!(patched.status, 200, "{}", patched.body);
    assert_eq!((&patched.body["certificate"], &patched.body["year"]), (&json!("R"), &Value::Null));
    assert_eq!(patched.body["rating"], 8.5);

    let mut other = alien();
    other["movie_name"] = json!("Alien: Director's Cut");
    let replaced = editing.send(Method::PUT, path, Some(patched.etag()), Some(other)).await;
    assert_eq!(replaced.body["certificate"], Value::Null);
    let stored: String = sqlx::query_scalar("SELECT movie_name FROM movies_catalog")
        .fetch_one(editing.api.store.pool())
        .await
        .unwrap();
    assert_eq!(stored, "Alien: Director's Cut");

    let deleted = editing.send(Method::DELETE, path, Some(replaced.etag()), None).await;
    assert_eq!(deleted.status, 204);
    assert_eq!(editing.api.get(path).await.status, 404);
    assert_eq!(editing.api.get("/api/v1/movies/search").await.body["total_items"], 0);
}

#[tokio::test]
async fn a_change_of_what_somebody_else_changed_is_refused() {
    let editing = Editing::start().await;
    let created = editing.create(alien()).await;
    let path = "/api/v1/movies/tt0078748";
    let rating = json!({"rating": 8.6});
    let first = editing.send(Method::PATCH, path, Some(created.etag()), Some(rating.clone())).await;
    assert_eq!(first.status, 200);

    let late = editing.send(Method::PATCH, path, Some(created.etag()), Some(json!({"rating": 1}))).await;
    late.is_problem(412, "It was changed since you read it: read it again and repeat your change.");
    let blind = editing.send(Method::PATCH, path, None, Some(rating.clone())).await;
    assert_eq!((blind.status.as_u16(), &blind.body["code"]), (428, &json!("if_match_required")));
    assert_eq!(editing.send(Method::DELETE, path, Some(created.etag()), None).await.status, 412);
    assert_eq!(editing.send(Method::PATCH, path, Some("*"), Some(rating)).await.status, 200);
}

#[tokio::test]
async fn an_id_is_given_once() {
    let editing = Editing::start().await;
    editing.create(alien()).await;
    editing.create(alien()).await.is_problem(409, "There is one with this imdb_id already.");
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    let editing = Editing::start().await;
    let answer = editing
        .create(json!({"imdb_id": "x", "movie_name": "", "year": 1492, "rating": 11, "genre": ["Drama", "\u{0}"]}))
        .await;
    let fields: Vec<_> = answer.body["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["field"].as_str().unwrap())
        .collect();
    assert_eq!(
        (answer.status.as_u16(), fields),
        (422, vec!["imdb_id", "year", "rating", "genre[1]", "movie_name"])
    );
    let typed = editing.create(json!({"imdb_id": "tt1", "movie_name": "A", "year": "soon"})).await;
    assert_eq!((typed.status.as_u16(), &typed.body["errors"][0]["field"]), (422, &json!("year")));
    let unknown = editing.create(json!({"imdb_id": "tt1", "movie_name": "A", "yaer": 1990})).await;
    assert_eq!(unknown.status, 422, "a misspelt field is not silently dropped: {}", unknown.body);
    let patched = {
        editing.create(alien()).await;
        editing
            .send(Method::PATCH, "/api/v1/movies/tt0078748", Some("*"), Some(json!({"year": "soon"})))
            .await
    };
    assert_eq!((patched.status.as_u16(), &patched.body["errors"][0]["field"]), (422, &json!("year")));
}

#[tokio::test]
async fn only_editors_change_the_catalogue() {
    let editing = Editing::start().await;
    let anonymous = editing.api.send(Method::POST, "/api/v1/movies", &[], Some(&alien())).await;
    assert_eq!(anonymous.status, 401);
    assert!(anonymous.headers.contains_key("www-authenticate"));

    let reader = editing.api.key("reader", Role::Reader).await;
    let bearer = format!("Bearer {reader}");
    let forbidden =
        editing.api.send(Method::POST, "/api/v1/movies", &[("authorization", &bearer)], Some(&alien())).await;
    forbidden.is_problem(403, "This needs an API key with the role editor.");

    editing.api.store.revoke_api_key("editor").await.unwrap();
    assert_eq!(editing.create(alien()).await.status, 401);
    assert_eq!(editing.api.get("/api/v1/movies/search").await.body["total_items"], 0);
}
