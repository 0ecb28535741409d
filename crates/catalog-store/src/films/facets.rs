use std::sync::Arc;

use filmlens_domain::FilmFilter;
use sqlx::{FromRow, QueryBuilder};

use crate::films::filter_sql::{TextMatch, push_filter};
use crate::{CatalogStore, Error};

/// How the films that pass a filter spread over the values of each property.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facets {
    pub total: u64,
    counts: Vec<(Facet, FacetCount)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Facet {
    Genre,
    Certificate,
    Decade,
    /// Whole points of the rating, by their lower end.
    Rating,
    /// Half hours of the running time, by their lower end in minutes.
    Runtime,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetCount {
    pub value: String,
    pub count: u64,
}

/// The values that filters can take over the whole catalogue.
#[derive(Debug, Clone, PartialEq, FromRow)]
pub struct FilterOptions {
    pub genres: Vec<String>,
    pub certificates: Vec<String>,
    pub year_min: Option<i16>,
    pub year_max: Option<i16>,
    pub rating_min: Option<f32>,
    pub rating_max: Option<f32>,
    pub runtime_min: Option<i16>,
    pub runtime_max: Option<i16>,
}

impl Facets {
    pub fn of(&self, facet: Facet) -> impl Iterator<Item = &FacetCount> {
        self.counts.iter().filter(move |(of, _)| *of == facet).map(|(_, count)| count)
    }
}

/// Each film counts once under each of its genres, and nowhere under a property that is not known of it.
const COUNTS: &str = ")
    SELECT 'total' AS facet, '' AS value, count(*) FROM matched
    UNION ALL
    SELECT 'genre', name, count(*) FROM matched, unnest(genre) AS name GROUP BY name
    UNION ALL
    SELECT 'certificate', certificate, count(*) FROM matched WHERE certificate IS NOT NULL GROUP BY certificate
    UNION ALL
    SELECT 'decade', (year / 10 * 10)::text, count(*) FROM matched WHERE year IS NOT NULL GROUP BY year / 10
    UNION ALL
    SELECT 'rating', floor(rating)::text, count(*) FROM matched WHERE rating IS NOT NULL GROUP BY floor(rating)
    UNION ALL
    SELECT 'runtime', (runtime / 30 * 30)::text, count(*) FROM matched WHERE runtime IS NOT NULL GROUP BY runtime / 30
    ORDER BY facet, count DESC, value";

impl CatalogStore {
    pub async fn count_facets(&self, filter: &FilmFilter) -> Result<Arc<Facets>, Error> {
        let revision = self.revision();
        if let Some(known) = self.shared().remembered.facets(revision, filter).await {
            return if self.is_down() { Err(Error::Unavailable(None)) } else { Ok(known) };
        }
        let mut sql = QueryBuilder::new(
            "WITH matched AS MATERIALIZED (SELECT genre, certificate, year, rating, runtime FROM movies_catalog WHERE ",
        );
        push_filter(&mut sql, filter, TextMatch::Exact);
        sql.push(COUNTS);
        let mut connection = self.connection().await?;
        let rows: Vec<(String, String, i64)> =
            sql.build_query_as().fetch_all(&mut *connection).await.map_err(|error| self.failed(error))?;
        drop(connection);

        let facets = Arc::new(collect(rows));
        self.shared().remembered.keep_facets(revision, filter, Arc::clone(&facets)).await;
        Ok(facets)
    }

    pub async fn get_filter_options(&self) -> Result<Arc<FilterOptions>, Error> {
        let revision = self.revision();
        if let Some(known) = self.shared().remembered.options(revision).await {
            return if self.is_down() { Err(Error::Unavailable(None)) } else { Ok(known) };
        }
        let mut connection = self.connection().await?;
        let options: FilterOptions = sqlx::query_as(
            "SELECT ARRAY(SELECT DISTINCT name FROM movies_catalog, unnest(genre) AS name ORDER BY name) AS genres, \
                    ARRAY(SELECT DISTINCT certificate::text FROM movies_catalog WHERE certificate IS NOT NULL ORDER BY 1) \
                        AS certificates, \
                    min(year) AS year_min, max(year) AS year_max, min(rating) AS rating_min, max(rating) AS rating_max, \
                    min(runtime) AS runtime_min, max(runtime) AS runtime_max \
             FROM movies_catalog",
        )
        .fetch_one(&mut *connection)
        .await
        .map_err(|error| self.failed(error))?;
        drop(connection);

        let options = Arc::new(options);
        self.shared().remembered.keep_options(revision, Arc::clone(&options)).await;
        Ok(options)
    }
}

fn collect(rows: Vec<(String, String, i64)>) -> Facets {
    let mut facets = Facets::default();
    for (name, value, count) in rows {
        let count = count.unsigned_abs();
        let facet = match name.as_str() {
            "genre" => Facet::Genre,
            "certificate" => Facet::Certificate,
            "decade" => Facet::Decade,
            "rating" => Facet::Rating,
            "runtime" => Facet::Runtime,
            _ => {
                facets.total = count;
                continue;
            }
        };
        facets.counts.push((facet, FacetCount { value, count }));
    }
    facets
}
