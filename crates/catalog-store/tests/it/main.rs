#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod api_keys;
mod films;
mod follow;
mod made_predictions;
mod migrations;
mod profiles;
mod search;
mod triggers;

use std::time::Duration;

use filmlens_catalog_store::{CatalogStore, PostgresSettings};
use filmlens_domain::{Film, FilmIds, MovieLensId, Rating, Runtime, Text, Title, Year};
use filmlens_settings::Secret;
use filmlens_test_support::TestDatabase;

async fn store() -> CatalogStore {
    let database = TestDatabase::migrated().await;
    connect(&database)
}

fn connect(database: &TestDatabase) -> CatalogStore {
    // A machine busy with other tests may take longer than a service would wait for a connection.
    let patient = Duration::from_secs(20);
    let settings =
        PostgresSettings { max_connections: 4, acquire_timeout: patient, ..PostgresSettings::default() };
    CatalogStore::connect(&Secret::new(database.url()), &settings).unwrap()
}

fn film(number: i64, title: &str) -> Film {
    let ids = FilmIds::new(None, None, Some(MovieLensId::new(number).unwrap())).unwrap();
    Film::new(ids, Title::parse(title).unwrap())
}

fn described(number: i64, title: &str, year: i64, genres: &[&str]) -> Film {
    Film {
        year: Some(Year::new(year).unwrap()),
        runtime: Some(Runtime::from_minutes(90 + number % 60).unwrap()),
        rating: Some(Rating::new((number % 11) as f64).unwrap()),
        genres: genres.iter().map(|genre| Text::parse(genre).unwrap()).collect(),
        ..film(number, title)
    }
}
