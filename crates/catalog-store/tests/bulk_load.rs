#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use filmlens_catalog_store::bulk_load::{
    Applied, BulkLoad, HumanLevels, LoadError, Mode, is_unfinished, load_triggers,
};
use filmlens_domain::{
    Description, Film, FilmIds, FilmRef, Genre, ImdbId, Level, MovieLensId, PerCategory, Title, TmdbId, Year,
};
use filmlens_test_support::TestDatabase;
use sqlx::PgPool;
use sqlx::postgres::PgListener;

fn film(imdb: Option<&str>, tmdb: Option<&str>, movielens: Option<i64>, title: &str) -> Film {
    let ids = FilmIds::new(
        imdb.map(|id| ImdbId::parse(id).unwrap()),
        tmdb.map(|id| TmdbId::parse(id).unwrap()),
        movielens.map(|id| MovieLensId::new(id).unwrap()),
    );
    Film::new(ids.unwrap(), Title::parse(title).unwrap())
}

fn full(number: i64) -> Film {
    Film {
        year: Some(Year::new(1990).unwrap()),
        genres: vec![Genre::parse("Drama").unwrap(), Genre::parse(r#"Odd, "quoted" {\}"#).unwrap()],
        description: Some(Description::parse("Niña\twith\na tab \\N and \\.").unwrap()),
        votes: Some(12),
        ..film(Some(&number.to_string()), Some(&number.to_string()), Some(number), &format!("Film {number}"))
    }
}

async fn begin(pool: &PgPool) -> BulkLoad {
    BulkLoad::begin(pool, "test", "fingerprint", Mode::Write).await.unwrap()
}

async fn load(pool: &PgPool, films: &[Film]) -> Applied {
    let mut load = begin(pool).await;
    let applied = load.apply(films, films.len() as u64).await.unwrap();
    load.finish().await.unwrap();
    applied
}

/// Name, version and MovieLens number of every film.
async fn stored(pool: &PgPool) -> Vec<(String, i32, Option<i32>)> {
    sqlx::query_as("SELECT movie_name, version, movielens_id FROM movies_catalog ORDER BY id")
        .fetch_all(pool)
        .await
        .unwrap()
}

fn counts(applied: &Applied) -> (u64, u64, u64, usize) {
    (applied.inserted, applied.updated, applied.unchanged, applied.rejected.len())
}

#[tokio::test]
async fn films_come_out_as_they_went_in() {
    let pool = TestDatabase::migrated().await.pool().await;
    load(&pool, &[full(7), film(Some("8"), None, None, "Bare")]).await;
    let (imdb, genres, text, votes): (String, Vec<String>, String, i32) =
        sqlx::query_as("SELECT imdb_id, genre, description, votes FROM movies_catalog WHERE tmdb_id = '7'")
            .fetch_one(&pool)
            .await
            .unwrap();
    assert_eq!((imdb.as_str(), text.as_str(), votes), ("tt0000007", "Niña\twith\na tab \\N and \\.", 12));
    assert_eq!(genres, ["Drama", r#"Odd, "quoted" {\}"#]);
    let bare: (Option<i16>, Vec<String>, Option<String>) =
        sqlx::query_as("SELECT year, star, description FROM movies_catalog WHERE imdb_id = 'tt0000008'")
            .fetch_one(&pool)
            .await
            .unwrap();
    assert_eq!(bare, (None, vec![], None));
}

#[tokio::test]
async fn loading_again_changes_nothing_and_tells_nobody() {
    let pool = TestDatabase::migrated().await.pool().await;
    let films: Vec<Film> = (1..=50).map(full).collect();
    assert_eq!(counts(&load(&pool, &films).await), (50, 0, 0, 0));

    let mut listener = PgListener::connect_with(&pool).await.unwrap();
    listener.listen("movies_catalog_changed").await.unwrap();
    assert_eq!(counts(&load(&pool, &films).await), (0, 0, 50, 0));
    assert!(stored(&pool).await.iter().all(|(_, version, _)| *version == 1));
    sqlx::query("SELECT pg_notify('movies_catalog_changed', 'last')").execute(&pool).await.unwrap();
    assert_eq!(listener.recv().await.unwrap().payload(), "last");
}

#[tokio::test]
async fn what_is_not_known_keeps_what_was_known() {
    let pool = TestDatabase::migrated().await.pool().await;
    load(&pool, &[full(1)]).await;
    let sparse = film(Some("1"), None, None, "New name");
    assert_eq!(counts(&load(&pool, std::slice::from_ref(&sparse)).await), (0, 1, 0, 0));
    let row: (String, i16, Vec<String>, String, i32) =
        sqlx::query_as("SELECT movie_name, year, genre, tmdb_id, version FROM movies_catalog")
            .fetch_one(&pool)
            .await
            .unwrap();
    assert_eq!((row.0.as_str(), row.1, row.2.len(), row.3.as_str(), row.4), ("New name", 1990, 2, "1", 2));
}

#[tokio::test]
async fn any_id_finds_the_film() {
    let pool = TestDatabase::migrated().await.pool().await;
    load(
        &pool,
        &[film(Some("1"), None, None, "A"), film(None, Some("2"), None, "B"), film(None, None, Some(3), "C")],
    )
    .await;
    let more = [
        film(Some("1"), Some("10"), None, "A"),
        film(Some("20"), Some("2"), None, "B"),
        film(Some("30"), None, Some(3), "C"),
    ];
    assert_eq!(counts(&load(&pool, &more).await), (0, 3, 0, 0));
    assert_eq!(stored(&pool).await.len(), 3);
}

#[tokio::test]
async fn ids_of_different_films_are_rejected() {
    let pool = TestDatabase::migrated().await.pool().await;
    load(
        &pool,
        &[
            film(Some("1"), None, None, "A"),
            film(None, Some("2"), None, "B"),
            film(Some("5"), Some("5"), Some(5), "E"),
        ],
    )
    .await;
    let batch = [
        film(Some("9"), None, None, "New"),
        film(Some("1"), Some("2"), None, "Both"),
        film(Some("5"), None, None, "E first"),
        film(None, Some("5"), Some(5), "E second"),
    ];
    let applied = load(&pool, &batch).await;
    assert_eq!(counts(&applied), (1, 1, 0, 2));
    assert_eq!(applied.rejected[0].index, 1);
    assert_eq!(
        applied.rejected[0].reason,
        "its ids (tt0000001, 2) belong to different films of the catalogue"
    );
    assert_eq!(applied.rejected[1].reason, "an earlier row is the same film of the catalogue (5, ml5)");
    let names: Vec<_> = stored(&pool).await.into_iter().map(|(name, ..)| name).collect();
    assert_eq!(names, ["A", "B", "E first", "New"]);
}

#[tokio::test]
async fn the_demo_catalogues_numbers_give_way_to_movielenss() {
    let pool = TestDatabase::migrated().await.pool().await;
    let number = async |films: &[Film]| {
        load(&pool, films).await;
        stored(&pool).await[0].2
    };
    let demo = [film(Some("1"), None, Some(900_001), "A")];
    let movielens = [film(Some("1"), None, Some(858), "A")];
    assert_eq!(number(&demo).await, Some(900_001));
    assert_eq!(number(&movielens).await, Some(858));
    assert_eq!(number(&demo).await, Some(858));
}

#[tokio::test]
async fn a_failed_batch_leaves_nothing_and_the_load_goes_on_where_it_stopped() {
    let pool = TestDatabase::migrated().await.pool().await;
    let films: Vec<Film> = (1..=30).map(full).collect();
    let mut load = begin(&pool).await;
    load.apply(&films[..10], 10).await.unwrap();
    let twice = [films[10].clone(), films[11].clone(), films[10].clone()];
    assert!(matches!(load.apply(&twice, 20).await, Err(LoadError::Store(_))));
    assert_eq!(stored(&pool).await.len(), 10);
    drop(load);

    let mut load = begin(&pool).await;
    assert_eq!(load.position(), 10);
    for (next, batch) in (11..).map(|index| index * 10 - 90).zip(films[10..].chunks(10)) {
        load.apply(batch, next).await.unwrap();
    }
    load.finish().await.unwrap();
    assert!(!is_unfinished(&pool, "test", "fingerprint").await.unwrap());
    assert_eq!(stored(&pool).await.len(), 30);
    assert_eq!(begin(&pool).await.position(), 0, "a finished load starts over");
}

#[tokio::test]
async fn a_changed_file_is_another_load() {
    let pool = TestDatabase::migrated().await.pool().await;
    begin(&pool).await.apply(&[full(1)], 1).await.unwrap();
    assert_eq!(begin(&pool).await.position(), 1);
    assert!(is_unfinished(&pool, "test", "fingerprint").await.unwrap());
    assert!(!is_unfinished(&pool, "test", "other").await.unwrap());
    let other = BulkLoad::begin(&pool, "test", "other", Mode::Write).await.unwrap();
    assert_eq!(other.position(), 0);
}

#[tokio::test]
async fn only_one_load_runs_at_a_time() {
    let pool = TestDatabase::migrated().await.pool().await;
    let _running = begin(&pool).await;
    let second = BulkLoad::begin(&pool, "other", "other", Mode::Write).await;
    assert!(matches!(second, Err(LoadError::AlreadyRunning)));
}

#[tokio::test]
async fn a_dry_run_counts_and_writes_nothing() {
    let pool = TestDatabase::migrated().await.pool().await;
    load(&pool, &[full(1), full(2)]).await;
    let mut dry_run = BulkLoad::begin(&pool, "test", "fingerprint", Mode::DryRun).await.unwrap();
    let renamed = Film { title: Title::parse("Renamed").unwrap(), ..full(2) };
    let applied = dry_run.apply(&[full(1), renamed, full(3)], 3).await.unwrap();
    dry_run.finish().await.unwrap();
    assert_eq!(counts(&applied), (1, 1, 1, 0));
    assert_eq!(stored(&pool).await.len(), 2);
    assert_eq!(stored(&pool).await[1].0, "Film 2");
    let positions: i64 =
        sqlx::query_scalar("SELECT count(*) FROM load_positions").fetch_one(&pool).await.unwrap();
    assert_eq!(positions, 0);
}

#[tokio::test]
async fn human_levels_never_replace_what_a_model_or_an_editor_wrote() {
    let pool = TestDatabase::migrated().await.pool().await;
    let levels = |level| PerCategory::from_fn(|_| level);
    let human = |id: &str, level| HumanLevels {
        film: id.parse::<FilmRef>().unwrap(),
        title: Title::parse("A film").unwrap(),
        levels: levels(level),
    };
    let both = [human("tt0000001", Level::Alto), human("ml900002", Level::Moderado)];
    assert_eq!(load_triggers(&pool, &both).await.unwrap(), 2);
    assert_eq!(load_triggers(&pool, &both).await.unwrap(), 0, "the same levels are not written again");

    let corrected = [human("tt0000001", Level::SinContenido), human("ml900002", Level::SinContenido)];
    sqlx::query("UPDATE movie_triggers SET model_version = 'v2' WHERE movie_id = 'tt0000001'")
        .execute(&pool)
        .await
        .unwrap();
    assert_eq!(load_triggers(&pool, &corrected).await.unwrap(), 1);
    let rows: Vec<(String, String, f64, f64, f64)> = sqlx::query_as(
        "SELECT movie_id, drogas_nivel, drogas_probabilidad, drogas_prob_sin_contenido, drogas_prob_alto \
         FROM movie_triggers ORDER BY movie_id",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    assert_eq!(rows[0], ("ml900002".to_owned(), "sin_contenido".to_owned(), 1.0, 1.0, 0.0));
    assert_eq!(rows[1], ("tt0000001".to_owned(), "alto".to_owned(), 1.0, 0.0, 1.0));
}
