//! The KMeans API as its clients know it.

use serde_json::{Value, json};

use crate::api::TestApi;

/// As its README published them.
const LISTS: [(i64, [&str; 5]); 5] = [
    (1, ["11", "14", "18", "19", "20"]),
    (2, ["4", "6", "10", "12", "15"]),
    (3, ["2", "3", "7", "13", "16"]),
    (4, ["1", "8", "11", "14", "20"]),
    (5, ["3", "5", "10", "13", "17"]),
];

#[tokio::test]
async fn each_user_gets_the_published_list_in_the_order_of_the_catalogue() {
    let api = TestApi::spawn().await;
    for (user, expected) in LISTS {
        let body = api.body(&format!("/filmes/{user}/recomendacoes")).await;
        let ids: Vec<&str> =
            body.as_array().unwrap().iter().map(|film| film["id"].as_str().unwrap()).collect();
        assert_eq!(ids, expected, "user {user}");
    }
}

#[tokio::test]
async fn the_catalogue_has_twenty_films_with_numbers_for_ids() {
    let api = TestApi::spawn().await;
    let films = api.body("/filmes").await;
    let films = films.as_array().unwrap();
    let ids: Vec<i64> = films.iter().map(|film| film["id"].as_i64().unwrap()).collect();
    assert_eq!(ids, (1..=20).collect::<Vec<_>>());
    assert_eq!(
        (&films[0]["titulo"], &films[16]["titulo"]),
        (&json!("Blade Runner"), &json!("The Social Network"))
    );
    for film in films {
        let mut fields: Vec<&String> = film.as_object().unwrap().keys().collect();
        fields.sort();
        assert_eq!(fields, ["atores", "diretor", "genero", "id", "titulo"], "{film}");
        let is_told = |field: &str| film[field].as_str().is_some_and(|text| !text.is_empty());
        assert!(is_told("genero") && is_told("diretor") && is_told("atores"), "{film}");
    }
}

#[tokio::test]
async fn an_unknown_user_is_told_as_before_and_as_everywhere() {
    let api = TestApi::spawn().await;
    let answer = api.get("/filmes/99/recomendacoes").await;
    answer.is_problem(404, "Usuário com ID 99 não encontrado.");
    assert_eq!(answer.body["error"], "Usuário com ID 99 não encontrado.");

    let answer = api.get("/filmes/um/recomendacoes").await;
    answer.is_problem(422, "usuario_id must be a whole number");
    assert_eq!(answer.body["errors"][0]["field"], "usuario_id");
}

#[tokio::test]
async fn the_clusters_are_a_picture() {
    let api = TestApi::spawn().await;
    let answer = api.get("/filmes/clusters.svg").await;
    assert_eq!(
        (answer.status.as_u16(), &answer.headers["content-type"]),
        (200, &"image/svg+xml".parse().unwrap())
    );
    let Value::String(svg) = answer.body else { panic!("not a text") };
    assert!(svg.starts_with("<svg") && svg.matches("<circle").count() >= 20, "{svg}");
}
