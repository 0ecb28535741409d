//! Titles in memory, for answers while somebody types: Postgres cannot rank every film that begins with "th" in less
//! than a millisecond, this can. Read anew whenever the catalogue changes.

mod index;

use std::sync::Arc;

pub(crate) use index::TitleIndex;
use sqlx::FromRow;

use crate::{CatalogStore, Error};

#[derive(Debug, Clone, PartialEq, FromRow)]
pub struct Suggestion {
    pub imdb_id: Option<String>,
    pub tmdb_id: Option<String>,
    pub movielens_id: Option<i32>,
    pub movie_name: String,
    pub year: Option<i16>,
    pub rating: Option<f32>,
    pub votes: Option<i32>,
}

#[derive(Debug, PartialEq)]
pub struct Suggestions {
    pub films: Vec<Suggestion>,
    /// Postgres is down: films that were changed since it went are not told apart.
    pub is_stale: bool,
}

impl CatalogStore {
    /// Films whose titles begin with the text, hold it, or are like it, the best known first.
    pub fn suggest_films(&self, text: &str, limit: usize) -> Result<Suggestions, Error> {
        let titles = self.shared().titles.load();
        let Some(titles) = titles.as_ref() else { return Err(Error::Unavailable(None)) };
        let films = titles.search(text, limit).into_iter().cloned().collect();
        Ok(Suggestions { films, is_stale: self.is_down() })
    }

    pub fn has_titles(&self) -> bool {
        self.shared().titles.load().is_some()
    }

    pub(crate) async fn reload_titles(&self) -> Result<(), Error> {
        let mut connection = self.connection().await?;
        let films: Vec<Suggestion> = sqlx::query_as(
            "SELECT imdb_id, tmdb_id, movielens_id, movie_name, year, rating, votes FROM movies_catalog",
        )
        .fetch_all(&mut *connection)
        .await
        .map_err(|error| self.failed(error))?;
        drop(connection);

        let index = tokio::task::spawn_blocking(|| TitleIndex::new(films)).await.map_err(Error::Titles)?;
        self.shared().titles.store(Some(Arc::new(index)));
        Ok(())
    }
}
