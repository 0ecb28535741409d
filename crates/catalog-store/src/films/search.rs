use std::sync::Arc;

use filmlens_domain::{FilmFilter, SortBy};
use sqlx::postgres::PgRow;
use sqlx::{Postgres, QueryBuilder, Row};

use crate::cursor::SortKey;
use crate::films::filter_sql::{Stretch, TextMatch, push_after, push_filter, push_order, push_sort_key};
use crate::films::query::{FilmPage, FilmQuery, Slice};
use crate::{CatalogStore, Cursor, Error};

/// Which films answer a query; what they are is read afresh, so that an answer never shows a film as it was.
#[derive(Debug)]
pub(crate) struct Found {
    ids: Vec<i32>,
    next: Option<Cursor>,
}

impl CatalogStore {
    pub async fn search_films(&self, query: &FilmQuery) -> Result<FilmPage, Error> {
        query.check_cursor()?;
        let (total, text_match) = self.count_films(&query.filter).await?;
        let found = if query.offset() >= total {
            Arc::new(Found { ids: Vec::new(), next: None })
        } else {
            self.find_page(query, text_match).await?
        };
        let films = if found.ids.is_empty() { Vec::new() } else { self.list_films_by_id(&found.ids).await? };
        Ok(FilmPage {
            films,
            total,
            next: found.next.clone(),
            is_approximate: text_match == TextMatch::Similar,
        })
    }

    /// How many films pass the filter, and how its text had to be matched for any to pass.
    async fn count_films(&self, filter: &FilmFilter) -> Result<(u64, TextMatch), Error> {
        let revision = self.revision();
        if let Some(known) = self.shared().remembered.total(revision, filter).await {
            // Down is down, whether or not somebody asked the same before.
            return if self.is_down() { Err(Error::Unavailable(None)) } else { Ok(known) };
        }
        let mut counted = (self.count_matches(filter, TextMatch::Exact).await?, TextMatch::Exact);
        if counted.0 == 0 && filter.text.is_some() {
            let similar = self.count_matches(filter, TextMatch::Similar).await?;
            if similar > 0 {
                counted = (similar, TextMatch::Similar);
            }
        }
        self.shared().remembered.keep_total(revision, filter, counted).await;
        Ok(counted)
    }

    async fn count_matches(&self, filter: &FilmFilter, text_match: TextMatch) -> Result<u64, Error> {
        let mut sql = QueryBuilder::new("SELECT count(*) FROM movies_catalog WHERE ");
        push_filter(&mut sql, filter, text_match);
        let mut connection = self.connection().await?;
        let count: i64 =
            sql.build_query_scalar().fetch_one(&mut *connection).await.map_err(|error| self.failed(error))?;
        Ok(count.unsigned_abs())
    }

    async fn find_page(&self, query: &FilmQuery, text_match: TextMatch) -> Result<Arc<Found>, Error> {
        let revision = self.revision();
        if let Some(known) = self.shared().remembered.page(revision, query).await {
            return Ok(known);
        }
        let mut sql = page_sql(query, text_match);
        let mut connection = self.connection().await?;
        let mut rows = sql.build().fetch_all(&mut *connection).await.map_err(|error| self.failed(error))?;
        drop(connection);

        let wanted = query.limit as usize;
        let has_more = rows.len() > wanted;
        rows.truncate(wanted);
        let next = match rows.last() {
            Some(last) if has_more => Some(Cursor {
                question: query.question(),
                key: sort_key(last, query).map_err(|error| self.failed(error))?,
                id: last.get("id"),
            }),
            _ => None,
        };
        let found = Arc::new(Found { ids: rows.iter().map(|row| row.get("id")).collect(), next });
        self.shared().remembered.keep_page(revision, query, Arc::clone(&found)).await;
        Ok(found)
    }
}

/// Asks for one row more than wanted, which tells whether there is a next page.
fn page_sql(query: &FilmQuery, text_match: TextMatch) -> QueryBuilder<Postgres> {
    let wanted = i64::from(query.limit) + 1;
    let mut sql = QueryBuilder::new("");
    match &query.slice {
        Slice::Page(_) => {
            push_matched(&mut sql, query, text_match);
            push_order(&mut sql, query.order);
        }
        Slice::After(cursor) => {
            let push_stretch = |sql: &mut QueryBuilder<Postgres>, stretch| {
                push_matched(sql, query, text_match);
                sql.push(" WHERE ");
                push_after(sql, stretch, query.sort_by(), query.order, &cursor.key, cursor.id);
                push_order(sql, query.order);
                sql.push(" LIMIT ").push_bind(wanted);
            };
            sql.push("SELECT id, key FROM ((");
            push_stretch(&mut sql, Stretch::Known);
            sql.push(") UNION ALL (");
            push_stretch(&mut sql, Stretch::Unknown);
            sql.push(")) AS behind");
            push_order(&mut sql, query.order);
        }
    }
    sql.push(" LIMIT ").push_bind(wanted);
    if query.offset() > 0 {
        sql.push(" OFFSET ").push_bind(i64::try_from(query.offset()).unwrap_or(i64::MAX));
    }
    sql
}

/// Appends a SELECT of the ids and sort keys of all films that pass the filter.
fn push_matched(sql: &mut QueryBuilder<Postgres>, query: &FilmQuery, text_match: TextMatch) {
    sql.push("SELECT id, key FROM (SELECT id, ");
    push_sort_key(sql, query.sort_by(), &query.filter);
    sql.push(" AS key FROM movies_catalog WHERE ");
    push_filter(sql, &query.filter, text_match);
    if query.filter.text.is_some() {
        // Postgres takes a text for more common than it is and would walk a sort index past films that don't match;
        // OFFSET 0 makes it ask the text index first.
        sql.push(" OFFSET 0");
    }
    sql.push(") AS matched");
}

fn sort_key(row: &PgRow, query: &FilmQuery) -> Result<SortKey, sqlx::Error> {
    let number: Option<f64> = match query.sort_by() {
        SortBy::MovieName => return Ok(SortKey::Text(row.try_get("key")?)),
        SortBy::Year | SortBy::Runtime => row.try_get::<Option<i16>, _>("key")?.map(f64::from),
        SortBy::Rating => row.try_get::<Option<f32>, _>("key")?.map(f64::from),
        SortBy::Relevance => row.try_get("key")?,
    };
    Ok(number.map_or(SortKey::Absent, |number| SortKey::Number(number.to_bits())))
}
