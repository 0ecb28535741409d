use serde_json::json;

use crate::api::{TestApi, movie_ids};
use crate::training;

#[tokio::test]
async fn films_like_another_are_found_by_its_id_and_by_its_title() {
    let api = TestApi::spawn().await;
    let film = training::most_rated();
    let by_id = api.body(&format!("/similar/{}?k=5", film.id)).await;
    assert_eq!((&by_id["movie_id"], &by_id["title"]), (&json!(film.id), &json!(film.title)));
    assert_eq!((&by_id["method"], &by_id["fallback"]), (&json!("knn"), &json!(false)));
    assert_eq!(movie_ids(&by_id).len(), 5);
    assert!(!movie_ids(&by_id).contains(&film.id));

    let shouted = film.title.to_uppercase();
    for title in [film.title.as_str(), &shouted, &format!("{} ({})", film.title, film.year)] {
        let title = title.replace(' ', "%20");
        let by_title = api.body(&format!("/similar?title={title}&k=5&method=knn")).await;
        assert_eq!(by_title, by_id, "{title}");
    }
}

#[tokio::test]
async fn an_unknown_title_is_answered_with_the_nearest() {
    let api = TestApi::spawn().await;
    let film = training::most_rated();
    let mut mistyped: Vec<char> = film.title.chars().collect();
    mistyped.swap(1, 2);
    mistyped.push('x');
    let mistyped: String = mistyped.into_iter().collect();
    let answer = api.get(&format!("/similar?title={}", mistyped.replace(' ', "%20"))).await;
    answer.is_problem(404, &format!("La película '{mistyped}' no está en nuestro dataset de prototipo."));
    let nearest = &answer.body["suggestions"][0];
    assert_eq!(nearest, &json!({"movie_id": film.id, "title": film.title, "year": film.year}));
}

#[tokio::test]
async fn an_unknown_id_is_not_found_and_a_method_that_cannot_compare_is_refused() {
    let api = TestApi::spawn().await;
    api.get("/similar/987654321").await.is_problem(404, "Movie not found with id: 987654321");
    let film = training::most_rated().id;
    let answer = api.get(&format!("/similar/{film}?method=popular")).await;
    answer.is_problem(422, "method must be one of knn, ials, pure-svd, svd");
    let body = api.body(&format!("/similar/{film}?method=pure-svd")).await;
    assert_eq!((&body["method"], &body["fallback_reason"]), (&json!("knn"), &json!("method_not_loaded")));
}
