use crate::api::TestApi;

#[tokio::test]
async fn every_documented_range_and_type_is_kept_and_the_parameter_named() {
    let api = TestApi::spawn().await;
    for (path, field) in [
        ("/recommend/0", "user_id"),
        ("/recommend/-1", "user_id"),
        ("/recommend/one", "user_id"),
        ("/recommend/1.5", "user_id"),
        ("/recommend/99999999999999999999", "user_id"),
        ("/recommend/1?k=0", "k"),
        ("/recommend/1?k=101", "k"),
        ("/recommend/1?k=-1", "k"),
        ("/recommend/1?k=ten", "k"),
        ("/recommend/1?method=magic", "method"),
        ("/recommend/1?method=EASE&k=1", "method"),
        ("/similar/0", "movie_id"),
        ("/similar/x", "movie_id"),
        ("/similar/1?method=kmeans", "method"),
        ("/similar", "title"),
        ("/similar?title=", "title"),
        ("/similar?title=%20", "title"),
        ("/predict/0/1", "user_id"),
        ("/predict/1/0", "movie_id"),
        ("/predict/1/x", "movie_id"),
        ("/popular?k=1000", "k"),
        ("/trending?k=0", "k"),
        ("/filmes/99999999999999999999/recomendacoes", "usuario_id"),
    ] {
        let answer = api.get(path).await;
        assert_eq!(answer.status, 422, "{path}: {}", answer.body);
        assert_eq!(answer.body["errors"][0]["field"], field, "{path}: {}", answer.body);
        assert!(answer.body["detail"].as_str().unwrap().contains(field), "{path}: {}", answer.body);
    }
}

#[tokio::test]
async fn nothing_that_a_client_types_is_a_server_error() {
    let api = TestApi::spawn().await;
    let long = "a".repeat(201);
    let very_long = "a".repeat(9_000);
    for path in [
        "/similar?title=%00".to_owned(),
        "/similar?title=%FF%FE".to_owned(),
        "/similar?title=' OR 1=1; --".to_owned(),
        "/similar?title=\u{1F3AC}\u{202E}".to_owned(),
        format!("/similar?title={long}"),
        format!("/similar?title={very_long}"),
        "/recommend/%00".to_owned(),
        "/recommend/%FF".to_owned(),
        "/recommend/9223372036854775808".to_owned(),
        "/filmes/-9223372036854775808/recomendacoes".to_owned(),
        "/filmes/%2F/recomendacoes".to_owned(),
        "/nowhere".to_owned(),
    ] {
        let answer = api.get(&path).await;
        let shown: String = path.chars().take(60).collect();
        assert!((400..500).contains(&answer.status.as_u16()), "{shown}: {} {}", answer.status, answer.body);
    }
    assert_eq!(api.get("/recommend/9223372036854775807").await.status, 200);
    assert_eq!(api.get("/recommend/1").await.status, 200);
}
