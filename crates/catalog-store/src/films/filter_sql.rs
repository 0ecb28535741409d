use filmlens_domain::{FilmFilter, Order, Range, Rating, Runtime, SortBy, Year};
use sqlx::{Encode, Postgres, QueryBuilder, Type};

use crate::cursor::SortKey;

/// How the text of a filter is matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum TextMatch {
    /// The text stands somewhere in the title or the description.
    Exact,
    /// The title holds words like it: for the search that is mistyped.
    Similar,
}

/// Appends the conditions of the filter to a statement that ends in `WHERE `.
pub(super) fn push_filter(sql: &mut QueryBuilder<Postgres>, filter: &FilmFilter, text_match: TextMatch) {
    sql.push("true");
    if let Some(text) = &filter.text {
        match text_match {
            TextMatch::Exact => sql.push(" AND search_text LIKE '%' || like_literal(fold("),
            TextMatch::Similar => sql.push(" AND name_folded %> (fold("),
        };
        sql.push_bind(text.as_str().to_owned()).push("))");
        if text_match == TextMatch::Exact {
            sql.push(" || '%'");
        }
    }
    if !filter.genres.is_empty() {
        let genres: Vec<String> = filter.genres.iter().map(ToString::to_string).collect();
        sql.push(" AND genre && ").push_bind(genres);
    }
    if !filter.certificates.is_empty() {
        let certificates: Vec<String> = filter.certificates.iter().map(ToString::to_string).collect();
        sql.push(" AND certificate = ANY(").push_bind(certificates).push(")");
    }
    push_range(sql, "year", filter.years, Year::get);
    push_range(sql, "runtime", filter.runtimes, Runtime::minutes);
    push_range(sql, "rating", filter.ratings, Rating::get);
}

fn push_range<T: Copy, V>(
    sql: &mut QueryBuilder<Postgres>,
    column: &str,
    range: Range<T>,
    value: impl Fn(T) -> V,
) where
    V: for<'q> Encode<'q, Postgres> + Type<Postgres>,
{
    if let Some(from) = range.from {
        sql.push(format_args!(" AND {column} >= ")).push_bind(value(from));
    }
    if let Some(to) = range.to {
        sql.push(format_args!(" AND {column} <= ")).push_bind(value(to));
    }
}

/// Appends the expression by which films are sorted.
pub(super) fn push_sort_key(sql: &mut QueryBuilder<Postgres>, sort_by: SortBy, filter: &FilmFilter) {
    match (sort_by, &filter.text) {
        (SortBy::Year, _) => sql.push("year"),
        (SortBy::Runtime, _) => sql.push("runtime"),
        (SortBy::MovieName, _) => sql.push("name_folded"),
        (SortBy::Relevance, Some(text)) => {
            let text = text.as_str();
            // The whole title, then its beginning, then likeness; what many people rated breaks near-ties.
            sql.push("(CASE WHEN name_folded = fold(").push_bind(text.to_owned());
            sql.push(") THEN 2 WHEN starts_with(name_folded, fold(").push_bind(text.to_owned());
            sql.push(")) THEN 1 ELSE 0 END + word_similarity(fold(").push_bind(text.to_owned());
            sql.push("), name_folded) + ln(1 + coalesce(votes, 0)) / 100)::float8")
        }
        (SortBy::Rating | SortBy::Relevance, _) => sql.push("rating"),
    };
}

/// Which stretch of the order behind a position is meant, where unknown values come last and equal ones go by id.
/// Two stretches, since an index leads to the start of each, but to no start of both together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stretch {
    /// Known values behind that of the position, whose own value is known.
    Known,
    /// Unknown values.
    Unknown,
}

/// Appends the condition that a row stands behind the position, in a result whose sort key is the column `key`.
pub(super) fn push_after(
    sql: &mut QueryBuilder<Postgres>,
    stretch: Stretch,
    sort_by: SortBy,
    order: Order,
    key: &SortKey,
    id: i32,
) {
    let beyond = if order == Order::Asc { ">" } else { "<" };
    let mut behind = |push_value: &dyn Fn(&mut QueryBuilder<Postgres>)| {
        sql.push(format_args!("key {beyond}= "));
        push_value(sql);
        sql.push(format_args!(" AND (key {beyond} "));
        push_value(sql);
        sql.push(" OR id > ").push_bind(id).push(")");
    };
    match (stretch, key) {
        (Stretch::Known, SortKey::Number(bits)) => {
            behind(&|sql| push_number(sql, sort_by, f64::from_bits(*bits)));
        }
        (Stretch::Known, SortKey::Text(text)) => behind(&|sql| {
            sql.push_bind(text.clone());
        }),
        (Stretch::Known, SortKey::Absent) => {
            sql.push("false");
        }
        (Stretch::Unknown, SortKey::Absent) => {
            sql.push("key IS NULL AND id > ").push_bind(id);
        }
        (Stretch::Unknown, SortKey::Number(_) | SortKey::Text(_)) => {
            sql.push("key IS NULL");
        }
    }
}

/// Binds the number in its column's own type, so that the column's index serves.
fn push_number(sql: &mut QueryBuilder<Postgres>, sort_by: SortBy, value: f64) {
    match sort_by {
        SortBy::Year | SortBy::Runtime => sql.push_bind(value as i16),
        SortBy::Rating => sql.push_bind(value as f32),
        SortBy::Relevance | SortBy::MovieName => sql.push_bind(value),
    };
}

pub(super) fn push_order(sql: &mut QueryBuilder<Postgres>, order: Order) {
    let direction = if order == Order::Asc { "ASC" } else { "DESC" };
    sql.push(format_args!(" ORDER BY key {direction} NULLS LAST, id"));
}
