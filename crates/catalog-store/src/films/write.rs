use filmlens_domain::{Film, MovieLensId, Rating, Runtime, Text, Year};
use sqlx::{Postgres, QueryBuilder};

use crate::films::row::{COLUMNS, FilmRow};
use crate::{CatalogStore, Error, Version};

impl CatalogStore {
    /// Adds a film. [`Error::Duplicate`] names the id that another film has.
    pub async fn create_film(&self, film: &Film) -> Result<FilmRow, Error> {
        let mut sql = QueryBuilder::new(
            "INSERT INTO movies_catalog (imdb_id, tmdb_id, movielens_id, movie_name, year, runtime, genre, director, \
             star, rating, votes, certificate, keywords, description) VALUES (",
        );
        push_values(&mut sql, film);
        sql.push(") RETURNING ").push(COLUMNS);
        let mut connection = self.connection().await?;
        let row =
            sql.build_query_as().fetch_one(&mut *connection).await.map_err(|error| self.failed(error))?;
        self.catalog_changed();
        Ok(row)
    }

    /// Replaces all that is known of a film; `None` when it is gone or no longer at that version.
    pub async fn replace_film(
        &self,
        id: i32,
        version: Version,
        film: &Film,
    ) -> Result<Option<FilmRow>, Error> {
        let mut sql = QueryBuilder::new(
            "UPDATE movies_catalog SET (imdb_id, tmdb_id, movielens_id, movie_name, year, runtime, genre, director, \
             star, rating, votes, certificate, keywords, description) = (",
        );
        push_values(&mut sql, film);
        sql.push(") WHERE id = ").push_bind(id).push(" AND version = ").push_bind(version.0);
        sql.push(" RETURNING ").push(COLUMNS);
        let mut connection = self.connection().await?;
        let row = sql
            .build_query_as()
            .fetch_optional(&mut *connection)
            .await
            .map_err(|error| self.failed(error))?;
        self.catalog_changed();
        Ok(row)
    }

    /// Returns whether the film was there at that version.
    pub async fn delete_film(&self, id: i32, version: Version) -> Result<bool, Error> {
        let mut connection = self.connection().await?;
        let done = sqlx::query("DELETE FROM movies_catalog WHERE id = $1 AND version = $2")
            .bind(id)
            .bind(version.0)
            .execute(&mut *connection)
            .await
            .map_err(|error| self.failed(error))?;
        self.catalog_changed();
        Ok(done.rows_affected() > 0)
    }
}

/// The values of a film, in the order of the column lists above.
fn push_values(sql: &mut QueryBuilder<Postgres>, film: &Film) {
    let mut values = sql.separated(", ");
    values
        .push_bind(film.ids.imdb().map(ToString::to_string))
        .push_bind(film.ids.tmdb().map(|id| id.to_string()))
        .push_bind(film.ids.movielens().map(MovieLensId::get))
        .push_bind(film.title.to_string())
        .push_bind(film.year.map(Year::get))
        .push_bind(film.runtime.map(Runtime::minutes))
        .push_bind(strings(&film.genres))
        .push_bind(strings(&film.directors))
        .push_bind(strings(&film.stars))
        .push_bind(film.rating.map(Rating::get))
        .push_bind(film.votes)
        .push_bind(film.certificate.as_ref().map(ToString::to_string))
        .push_bind(strings(&film.keywords))
        .push_bind(film.description.as_ref().map(ToString::to_string));
}

fn strings<const MAX: usize>(texts: &[Text<MAX>]) -> Vec<String> {
    texts.iter().map(ToString::to_string).collect()
}
