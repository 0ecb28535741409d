use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use filmlens_catalog_store::NewPrediction;
use serde_json::{Value, json};

use crate::api::{TestApi, film, three_films};

#[tokio::test]
async fn filters_and_order_are_obeyed() {
    let api = TestApi::spawn().await;
    api.has_films(&three_films()).await;
    for (query, expected) in [
        ("q=GODF", &["The Godfather"][..]),
        ("q=amelie", &["Amélie"]),
        ("genres=Crime&genres=Horror", &["Alien", "The Godfather"]),
        ("year_from=1975&year_to=1980", &["Alien"]),
        ("rating_min=8.4&sort_by=rating&order=asc", &["Alien", "The Godfather"]),
        ("runtime_min=121", &[]),
        ("runtime_min=0&runtime_max=0&rating_max=0", &["Amélie", "Alien", "The Godfather"]),
        ("sort_by=movie_name&order=asc", &["Alien", "Amélie", "The Godfather"]),
        ("sort_by=rating&limit=1", &["The Godfather"]),
        ("q=", &["Amélie", "Alien", "The Godfather"]),
    ] {
        let answer = api.get(&format!("/api/v1/movies/search?{query}")).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.body);
        assert_eq!(answer.names(), expected, "{query}");
    }
}

#[tokio::test]
async fn a_mistyped_search_says_that_it_is_approximate() {
    let api = TestApi::spawn().await;
    api.has_films(&three_films()).await;
    let answer = api.get("/api/v1/movies/search?q=godfahter").await;
    assert_eq!((answer.names(), &answer.body["approximate"]), (vec!["The Godfather"], &Value::Bool(true)));
}

#[tokio::test]
async fn cursors_walk_through_everything() {
    let api = TestApi::spawn().await;
    let films: Vec<_> = (1..=7)
        .map(|number| film(&format!("{number}"), &format!("{number}"), "Same Name", 2000, 5.0, &["Drama"]))
        .collect();
    api.has_films(&films).await;
    let mut seen = Vec::new();
    let mut path = "/api/v1/movies/search?limit=3".to_owned();
    loop {
        let answer = api.get(&path).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let items = answer.body["items"].as_array().unwrap();
        seen.extend(items.iter().map(|movie| movie["imdb_id"].as_str().unwrap().to_owned()));
        let Some(cursor) = answer.body["next_cursor"].as_str() else { break };
        path = format!("/api/v1/movies/search?limit=3&cursor={cursor}");
    }
    seen.sort();
    let expected: Vec<_> = (1..=7).map(|number| format!("tt{number:07}")).collect();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn a_cursor_belongs_to_its_search() {
    let api = TestApi::spawn().await;
    api.has_films(&three_films()).await;
    let first = api.get("/api/v1/movies/search?limit=1").await;
    let cursor = first.body["next_cursor"].as_str().unwrap();
    let elsewhere = api.get(&format!("/api/v1/movies/search?limit=1&sort_by=rating&cursor={cursor}")).await;
    elsewhere.is_problem(422, "cursor belongs to a search with other filters or another order");
    let by_name = api.get("/api/v1/movies/search?limit=1&sort_by=movie_name").await;
    let (question, key) = (decode(cursor), decode(by_name.body["next_cursor"].as_str().unwrap()));
    let forged = encode(&json!({"q": question["q"], "k": key["k"], "i": question["i"]}));
    let forged = api.get(&format!("/api/v1/movies/search?limit=1&cursor={forged}")).await;
    forged.is_problem(422, "cursor belongs to a search with other filters or another order");
    let nonsense = api.get("/api/v1/movies/search?cursor=nonsense").await;
    nonsense.is_problem(422, "cursor must be a next_cursor of an earlier answer");
    let both = api.get(&format!("/api/v1/movies/search?page=2&cursor={cursor}")).await;
    both.is_problem(422, "cursor must not come with a page");
}

fn decode(cursor: &str) -> Value {
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(cursor).unwrap()).unwrap()
}

fn encode(cursor: &Value) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(cursor.to_string())
}

#[tokio::test]
async fn facets_count_what_the_filters_leave() {
    let api = TestApi::spawn().await;
    api.has_films(&three_films()).await;
    let facets = api.get("/api/v1/movies/facets?year_to=1980").await.body;
    assert_eq!(facets["total_items"], 2);
    assert_eq!(facets["decades"], json!([{"value": "1970", "count": 2}]));
    assert_eq!(facets["ratings"], json!([{"value": "8", "count": 1}, {"value": "9", "count": 1}]));
    assert_eq!(facets["runtimes"], json!([{"value": "120", "count": 2}]));
    assert_eq!(facets["genres"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn typing_is_answered_with_titles() {
    let api = TestApi::spawn().await;
    api.has_films(&three_films()).await;
    let first = api.suggests("godf", "The Godfather").await;
    assert_eq!((&first["imdb_id"], &first["year"]), (&json!("tt0068646"), &json!(1972)));
}

#[tokio::test]
async fn a_film_that_the_client_has_is_not_sent_again() {
    let api = TestApi::spawn().await;
    api.has_films(&three_films()).await;
    let first = api.get("/api/v1/movies/238").await;
    assert_eq!(first.body["imdb_id"], "tt0068646");
    let again = api
        .send(reqwest::Method::GET, "/api/v1/movies/tt0068646", &[("If-None-Match", first.etag())], None)
        .await;
    assert_eq!((again.status.as_u16(), again.body), (304, Value::String(String::new())));
}

#[tokio::test]
async fn the_history_of_a_film_is_told_under_each_of_its_ids() {
    let api = TestApi::spawn().await;
    api.has_films(&three_films()).await;
    for (movie_id, version) in [("tt0068646", "1"), ("238", "2"), ("tt0078748", "1")] {
        let prediction = NewPrediction {
            movie_id: movie_id.to_owned(),
            model_version: version.to_owned(),
            levels: json!({"violencia": {"nivel": "alto", "probabilidad": 0.9}}),
            family_score: Some(40.5),
            processing_time_ms: Some(2),
        };
        api.store.record_prediction(&prediction).await.unwrap();
    }
    let history = api.get("/api/v1/movies/tt0068646/predictions?limit=1").await.body;
    assert_eq!((&history["total_items"], &history["total_pages"]), (&json!(2), &json!(2)));
    assert_eq!(history["items"][0]["model_version"], "2");
    assert_eq!(history["items"][0]["levels"]["violencia"]["nivel"], "alto");
    api.get("/api/v1/movies/tt1/predictions").await.is_problem(404, "Movie not found with id: tt1");
}
