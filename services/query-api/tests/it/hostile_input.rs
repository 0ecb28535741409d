use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::api::{TestApi, three_films};

#[tokio::test]
async fn every_documented_range_and_type_is_kept_and_the_parameter_named() {
    let api = TestApi::spawn().await;
    for (query, field) in [
        ("page=0", "page"),
        ("page=-1", "page"),
        ("page=1000001", "page"),
        ("page=99999999999999999999", "page"),
        ("page=one", "page"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("year_from=1799", "year_from"),
        ("year_to=2101", "year_to"),
        ("year_from=2001&year_to=2000", "year_from"),
        ("runtime_min=-1", "runtime_min"),
        ("runtime_max=501", "runtime_max"),
        ("rating_min=10.1", "rating_min"),
        ("rating_max=NaN", "rating_max"),
        ("rating_max=inf", "rating_max"),
        ("sort_by=title", "sort_by"),
        ("order=up", "order"),
        ("genres=", "genres[0]"),
    ] {
        let answer = api.get(&format!("/api/v1/movies/search?{query}")).await;
        assert_eq!(answer.status, 422, "{query}: {}", answer.body);
        assert_eq!(answer.body["errors"][0]["field"], field, "{query}: {}", answer.body);
        let detail = answer.body["detail"].as_str().unwrap();
        assert!(detail.contains(field.trim_end_matches("[0]")), "{query}: {detail}");
    }
    for (path, field) in [
        ("/api/v1/movies/autocomplete?q=a", "q"),
        ("/api/v1/movies/autocomplete", "q"),
        ("/api/v1/movies/autocomplete?q=ab&limit=21", "limit"),
        ("/api/v1/triggers?limit=101", "limit"),
        ("/api/v1/triggers?has_violence=perhaps", "has_violence"),
        ("/api/v1/movies/facets?year_from=1", "year_from"),
    ] {
        let answer = api.get(path).await;
        assert_eq!(answer.status, 422, "{path}: {}", answer.body);
        assert_eq!(answer.body["errors"][0]["field"], field, "{path}: {}", answer.body);
    }
}

#[tokio::test]
async fn nothing_that_a_client_types_is_a_server_error() {
    let api = TestApi::spawn().await;
    api.has_films(&three_films()).await;
    let long = "a".repeat(201);
    let very_long = "a".repeat(9_000);
    for (path, statuses) in [
        ("/api/v1/movies/search?q=' OR 1=1; DROP TABLE movies_catalog; --".to_owned(), 200..300),
        ("/api/v1/movies/search?q=%25%5F%5C".to_owned(), 200..300),
        ("/api/v1/movies/search?q=\u{1F3AC}\u{202E}".to_owned(), 200..300),
        ("/api/v1/movies/search?q=%FF%FE".to_owned(), 400..500),
        (format!("/api/v1/movies/search?q={long}"), 400..500),
        (format!("/api/v1/movies/search?q={very_long}"), 400..500),
        ("/api/v1/movies/search?q=%00".to_owned(), 400..500),
        ("/api/v1/triggers?movie_id=%00".to_owned(), 400..500),
        ("/api/v1/movies/%00".to_owned(), 400..500),
        ("/api/v1/movies/%FF".to_owned(), 400..500),
        ("/api/v1/triggers/%00".to_owned(), 400..500),
        ("/api/v1/nowhere".to_owned(), 400..500),
    ] {
        let answer = api.get(&path).await;
        let shown: String = path.chars().take(60).collect();
        assert!(statuses.contains(&answer.status.as_u16()), "{shown}: {} {}", answer.status, answer.body);
    }
    assert!((400..500).contains(&status_of_huge_query(&api).await));
    let still_there = api.get("/api/v1/movies/search").await;
    assert_eq!(still_there.body["total_items"], 3);
}

/// A query string of a megabyte, which no HTTP client would send: by hand.
async fn status_of_huge_query(api: &TestApi) -> u16 {
    let mut stream = TcpStream::connect(api.address()).await.unwrap();
    let head =
        format!("GET /api/v1/movies/search?q={} HTTP/1.1\r\nhost: here\r\n\r\n", "a".repeat(1_000_000));
    // The service may answer, and close, before it has read everything.
    let _ = stream.write_all(head.as_bytes()).await;
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer[9..12]).parse().unwrap()
}
