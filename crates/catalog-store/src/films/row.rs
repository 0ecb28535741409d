use chrono::{DateTime, Utc};
use filmlens_domain::{FilmRef, MovieLensId};
use sqlx::{FromRow, QueryBuilder};

use crate::{CatalogStore, Error, Version};

/// A film as the table holds it.
#[derive(Debug, Clone, PartialEq, FromRow)]
pub struct FilmRow {
    pub id: i32,
    pub imdb_id: Option<String>,
    pub tmdb_id: Option<String>,
    pub movielens_id: Option<i32>,
    pub movie_name: String,
    pub year: Option<i16>,
    pub runtime: Option<i16>,
    pub genre: Vec<String>,
    pub director: Vec<String>,
    pub star: Vec<String>,
    pub rating: Option<f32>,
    pub votes: Option<i32>,
    pub certificate: Option<String>,
    pub keywords: Vec<String>,
    pub description: Option<String>,
    version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl FilmRow {
    pub fn version(&self) -> Version {
        Version(self.version)
    }

    /// Every id of the film, as a client may write it.
    pub fn names(&self) -> Vec<String> {
        names(self.imdb_id.clone(), self.tmdb_id.clone(), self.movielens_id)
    }
}

pub(crate) fn names(imdb: Option<String>, tmdb: Option<String>, movielens: Option<i32>) -> Vec<String> {
    let movielens = movielens.and_then(|id| MovieLensId::new(id.into()).ok());
    let movielens = movielens.map(|id| FilmRef::MovieLens(id).to_string());
    [imdb, tmdb, movielens].into_iter().flatten().collect()
}

/// The columns of a [`FilmRow`], for a SELECT or RETURNING list.
pub(super) const COLUMNS: &str = "id, imdb_id, tmdb_id, movielens_id, movie_name, year, runtime, genre, director, star, \
     rating, votes, certificate, keywords, description, version, created_at, updated_at";

impl CatalogStore {
    pub async fn find_film(&self, film: &FilmRef) -> Result<Option<FilmRow>, Error> {
        let mut sql = QueryBuilder::new("SELECT ");
        sql.push(COLUMNS).push(" FROM movies_catalog WHERE ");
        match film {
            FilmRef::Imdb(id) => sql.push("imdb_id = ").push_bind(id.as_str()),
            FilmRef::Tmdb(id) => sql.push("tmdb_id = ").push_bind(id.to_string()),
            FilmRef::MovieLens(id) => sql.push("movielens_id = ").push_bind(id.get()),
        };
        let mut connection = self.connection().await?;
        let row = sql.build_query_as().fetch_optional(&mut *connection).await;
        row.map_err(|error| self.failed(error))
    }

    /// Whether the catalogue holds no film at all.
    pub async fn is_empty(&self) -> Result<bool, Error> {
        let mut connection = self.connection().await?;
        let has_films: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM movies_catalog)")
            .fetch_one(&mut *connection)
            .await
            .map_err(|error| self.failed(error))?;
        Ok(!has_films)
    }

    /// The films of these ids, in their order. Ids of films that have gone are passed over.
    pub(super) async fn list_films_by_id(&self, ids: &[i32]) -> Result<Vec<FilmRow>, Error> {
        let mut connection = self.connection().await?;
        let mut sql = QueryBuilder::new("SELECT ");
        sql.push(COLUMNS).push(" FROM movies_catalog WHERE id = ANY(").push_bind(ids).push(")");
        let films = sql.build_query_as().fetch_all(&mut *connection).await;
        let mut films: Vec<FilmRow> = films.map_err(|error| self.failed(error))?;
        films.sort_by_key(|film| ids.iter().position(|id| *id == film.id));
        Ok(films)
    }
}
