use filmlens_domain::{Category, FilmRef, Level, PerCategory, Title};
use sqlx::{AssertSqlSafe, PgPool};

use super::LoadError;

/// The `model_version` of levels that a person set.
pub const HUMAN_VERSION: &str = "demo-human-1";

/// Levels of a film that somebody vouches for.
#[derive(Debug, Clone, PartialEq)]
pub struct HumanLevels {
    pub film: FilmRef,
    pub title: Title,
    pub levels: PerCategory<Level>,
}

/// Writes levels that people set, and returns how many rows that wrote. What a model or an editor wrote stays: only a
/// row that came from here and was not touched since is corrected.
pub async fn load_triggers(pool: &PgPool, films: &[HumanLevels]) -> Result<u64, LoadError> {
    let mut columns = String::from("movie_id, title, model_version");
    let mut values = format!("movie_id, title, '{HUMAN_VERSION}'");
    let mut differs = Vec::new();
    for category in Category::ALL {
        columns.push_str(&format!(", {category}_nivel, {category}_probabilidad"));
        values.push_str(&format!(", {category}, 1"));
        for level in Level::ALL {
            columns.push_str(&format!(", {category}_prob_{level}"));
            values.push_str(&format!(", ({category} = '{level}')::int"));
        }
        differs.push(format!("stored.{category}_nivel <> excluded.{category}_nivel"));
    }
    let names = Category::ALL.map(Category::as_str).join(", ");
    let new_values: Vec<String> = columns.split(", ").map(|column| format!("excluded.{column}")).collect();
    let sql = format!(
        "INSERT INTO movie_triggers AS stored ({columns}) \
         SELECT {values} FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) \
             AS given (movie_id, title, {names}) \
         ON CONFLICT (movie_id) DO UPDATE SET ({columns}) = ({}) \
         WHERE stored.model_version = '{HUMAN_VERSION}' AND stored.version = 1 AND ({})",
        new_values.join(", "),
        differs.join(" OR "),
    );

    let ids: Vec<String> = films.iter().map(|film| film.film.to_string()).collect();
    let titles: Vec<&str> = films.iter().map(|film| film.title.as_str()).collect();
    let mut query = sqlx::query(AssertSqlSafe(sql)).bind(ids).bind(titles);
    for category in Category::ALL {
        query = query.bind(films.iter().map(|film| film.levels.get(category).as_str()).collect::<Vec<_>>());
    }
    Ok(query.execute(pool).await?.rows_affected())
}
