//! The shapes and messages of the first FilmLens's query API, whose clients go on working.

use serde_json::json;

use crate::api::{TestApi, three_films};

#[tokio::test]
async fn the_service_introduces_itself() {
    let api = TestApi::spawn().await;
    let health = api.get("/health").await;
    assert_eq!(health.body, json!({"status": "healthy", "service": "query-api", "version": "0.1.0"}));
    let index = api.get("/").await;
    assert_eq!(index.body["service"], "FilmLens Query API");
    assert_eq!(index.body["version"], "0.1.0");
}

#[tokio::test]
async fn a_search_answers_the_newest_films_in_pages_of_twenty() {
    let api = TestApi::spawn().await;
    let empty = api.get("/api/v1/movies/search").await;
    assert_eq!(empty.body, json!({"page": 1, "limit": 20, "total_items": 0, "total_pages": 0, "items": []}));

    api.has_films(&three_films()).await;
    let all = api.get("/api/v1/movies/search").await;
    assert_eq!(all.names(), ["Amélie", "Alien", "The Godfather"]);
    let godfather = &all.body["items"][2];
    for (field, value) in [
        ("imdb_id", json!("tt0068646")),
        ("tmdb_id", json!("238")),
        ("movie_name", json!("The Godfather")),
        ("year", json!(1972)),
        ("runtime", json!(120)),
        ("genre", json!(["Crime", "Drama"])),
        ("rating", json!(9.2)),
        ("description", json!("A film called The Godfather.")),
        ("director", json!([])),
        ("star", json!([])),
    ] {
        assert_eq!(godfather[field], value, "{field}");
    }
}

#[tokio::test]
async fn an_empty_catalogue_has_the_documented_ranges() {
    let api = TestApi::spawn().await;
    let options = api.get("/api/v1/movies/filters/options").await;
    assert_eq!(options.body["genres"], json!([]));
    assert_eq!(options.body["year_range"], json!({"min": 1920, "max": 2025}));
    assert_eq!(options.body["rating_range"], json!({"min": 0.0, "max": 10.0}));
    assert_eq!(options.body["runtime_range"], json!({"min": 0, "max": 300}));
}

#[tokio::test]
async fn filter_options_are_those_of_the_catalogue() {
    let api = TestApi::spawn().await;
    api.has_films(&three_films()).await;
    let options = api.get("/api/v1/movies/filters/options").await;
    assert_eq!(options.body["genres"], json!(["Comedy", "Crime", "Drama", "Horror", "Romance", "Sci-Fi"]));
    assert_eq!(options.body["year_range"], json!({"min": 1972, "max": 2001}));
}

#[tokio::test]
async fn unknown_ids_are_told_in_the_documented_words() {
    let api = TestApi::spawn().await;
    for id in ["tt9999999", "42", "abc", "ml7"] {
        let answer = api.get(&format!("/api/v1/movies/{id}")).await;
        answer.is_problem(404, &format!("Movie not found with id: {id}"));
    }
    let answer = api.get("/api/v1/triggers/tt1").await;
    answer.is_problem(404, "Movie trigger not found for movie_id: tt1");
}

#[tokio::test]
async fn the_documented_paths_answer_like_those_under_api() {
    let api = TestApi::spawn().await;
    api.has_films(&three_films()).await;
    for (documented, path) in [
        ("/movies/?q=alien", "/api/v1/movies/search?q=alien"),
        ("/movies/tt0078748", "/api/v1/movies/tt0078748"),
        ("/triggers/?page=1", "/api/v1/triggers?page=1"),
    ] {
        let (by_old_path, by_path) = (api.get(documented).await, api.get(path).await);
        assert_eq!(by_old_path.status, 200, "{documented}");
        assert_eq!(by_old_path.body, by_path.body);
    }
}
