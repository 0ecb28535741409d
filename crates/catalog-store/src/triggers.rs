use chrono::{DateTime, Utc};
use filmlens_domain::{Category, PerCategory, Reading};
use sqlx::postgres::PgRow;
use sqlx::{FromRow, Postgres, QueryBuilder, Row};

use crate::{CatalogStore, Error, Version};

/// The levels that were found for a film, with the evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct TriggerRow {
    pub id: i32,
    pub movie_id: String,
    pub title: String,
    pub description: Option<String>,
    pub detected_at: DateTime<Utc>,
    pub readings: PerCategory<Reading>,
    /// Where too little was known of the film to tell.
    pub uncertain: PerCategory<bool>,
    pub model_version: Option<String>,
    pub processing_time_ms: Option<i32>,
    version: i32,
}

impl TriggerRow {
    pub fn version(&self) -> Version {
        Version(self.version)
    }

    /// Whether no model found the levels.
    pub fn is_set_by_a_person(&self) -> bool {
        self.model_version.as_deref().is_none_or(|version| version.split('-').any(|part| part == "human"))
    }
}

/// What is written for a film; the database adds the rest.
#[derive(Debug, Clone, PartialEq)]
pub struct NewTrigger {
    pub movie_id: String,
    pub title: String,
    pub description: Option<String>,
    pub readings: PerCategory<Reading>,
    /// Where too little was known of the film to tell.
    pub uncertain: PerCategory<bool>,
    pub model_version: Option<String>,
    pub processing_time_ms: Option<i32>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TriggerFilter {
    pub movie_id: Option<String>,
    /// Whether the film is to hold any of a category. `Some(false)` wants it to be certain that it holds none.
    pub holds: PerCategory<Option<bool>>,
}

impl FromRow<'_, PgRow> for TriggerRow {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            movie_id: row.try_get("movie_id")?,
            title: row.try_get("title")?,
            description: row.try_get("description")?,
            detected_at: row.try_get("detected_at")?,
            readings: PerCategory {
                violencia: reading(row, Category::Violencia)?,
                sexualidad: reading(row, Category::Sexualidad)?,
                drogas: reading(row, Category::Drogas)?,
                lenguaje_fuerte: reading(row, Category::LenguajeFuerte)?,
                suicidio: reading(row, Category::Suicidio)?,
            },
            uncertain: PerCategory {
                violencia: is_uncertain(row, Category::Violencia)?,
                sexualidad: is_uncertain(row, Category::Sexualidad)?,
                drogas: is_uncertain(row, Category::Drogas)?,
                lenguaje_fuerte: is_uncertain(row, Category::LenguajeFuerte)?,
                suicidio: is_uncertain(row, Category::Suicidio)?,
            },
            model_version: row.try_get("model_version")?,
            processing_time_ms: row.try_get("processing_time_ms")?,
            version: row.try_get("version")?,
        })
    }
}

fn reading(row: &PgRow, category: Category) -> Result<Reading, sqlx::Error> {
    let number = |suffix: &str| row.try_get::<f64, _>(format!("{category}_{suffix}").as_str());
    let level: String = row.try_get(format!("{category}_nivel").as_str())?;
    Ok(Reading {
        level: level.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
        probability: number("probabilidad")?,
        none: number("prob_sin_contenido")?,
        moderate: number("prob_moderado")?,
        high: number("prob_alto")?,
    })
}

fn is_uncertain(row: &PgRow, category: Category) -> Result<bool, sqlx::Error> {
    row.try_get(format!("{category}_incierto").as_str())
}

impl CatalogStore {
    pub async fn find_trigger(&self, movie_id: &str) -> Result<Option<TriggerRow>, Error> {
        let mut connection = self.connection().await?;
        sqlx::query_as("SELECT * FROM movie_triggers WHERE movie_id = $1")
            .bind(movie_id)
            .fetch_optional(&mut *connection)
            .await
            .map_err(|error| self.failed(error))
    }

    /// A page of triggers, the oldest first, and how many there are in all.
    pub async fn list_triggers(
        &self,
        filter: &TriggerFilter,
        page: u32,
        limit: u32,
    ) -> Result<(Vec<TriggerRow>, u64), Error> {
        let mut count = QueryBuilder::new("SELECT count(*) FROM movie_triggers WHERE ");
        push_filter(&mut count, filter);
        let mut rows = QueryBuilder::new("SELECT * FROM movie_triggers WHERE ");
        push_filter(&mut rows, filter);
        let offset = i64::from(page.saturating_sub(1)) * i64::from(limit);
        rows.push(" ORDER BY detected_at, id LIMIT ").push_bind(i64::from(limit));
        rows.push(" OFFSET ").push_bind(offset);

        let mut connection = self.connection().await?;
        let total: i64 = count
            .build_query_scalar()
            .fetch_one(&mut *connection)
            .await
            .map_err(|error| self.failed(error))?;
        let rows =
            rows.build_query_as().fetch_all(&mut *connection).await.map_err(|error| self.failed(error))?;
        Ok((rows, total.unsigned_abs()))
    }

    /// Adds the trigger of a film that has none; [`Error::Duplicate`] when it has one.
    pub async fn create_trigger(&self, trigger: &NewTrigger) -> Result<TriggerRow, Error> {
        let mut sql = QueryBuilder::new(format!("INSERT INTO movie_triggers ({}) VALUES (", columns()));
        push_values(&mut sql, trigger);
        sql.push(") RETURNING *");
        let mut connection = self.connection().await?;
        sql.build_query_as().fetch_one(&mut *connection).await.map_err(|error| self.failed(error))
    }

    /// Replaces a trigger; `None` when it is gone or no longer at that version. It counts as detected now if any level,
    /// probability or certainty changed.
    pub async fn replace_trigger(
        &self,
        current: &TriggerRow,
        trigger: &NewTrigger,
    ) -> Result<Option<TriggerRow>, Error> {
        let is_new_finding = trigger.readings != current.readings || trigger.uncertain != current.uncertain;
        let mut sql = QueryBuilder::new(format!("UPDATE movie_triggers SET ({}) = (", columns()));
        push_values(&mut sql, trigger);
        sql.push("), detected_at = CASE WHEN ").push_bind(is_new_finding);
        sql.push(" THEN now() ELSE detected_at END WHERE id = ").push_bind(current.id);
        sql.push(" AND version = ").push_bind(current.version).push(" RETURNING *");
        let mut connection = self.connection().await?;
        sql.build_query_as().fetch_optional(&mut *connection).await.map_err(|error| self.failed(error))
    }

    /// Returns whether the trigger was there at that version.
    pub async fn delete_trigger(&self, movie_id: &str, version: Version) -> Result<bool, Error> {
        let mut connection = self.connection().await?;
        let done = sqlx::query("DELETE FROM movie_triggers WHERE movie_id = $1 AND version = $2")
            .bind(movie_id)
            .bind(version.0)
            .execute(&mut *connection)
            .await
            .map_err(|error| self.failed(error))?;
        Ok(done.rows_affected() > 0)
    }
}

fn push_filter(sql: &mut QueryBuilder<Postgres>, filter: &TriggerFilter) {
    sql.push("true");
    if let Some(movie_id) = &filter.movie_id {
        sql.push(" AND movie_id = ").push_bind(movie_id.clone());
    }
    for (category, holds) in filter.holds.iter() {
        match holds {
            Some(true) => sql.push(format_args!(" AND {category}_nivel <> 'sin_contenido'")),
            Some(false) => {
                sql.push(format_args!(" AND {category}_nivel = 'sin_contenido' AND NOT {category}_incierto"))
            }
            None => continue,
        };
    }
}

fn columns() -> String {
    let mut columns = String::from("movie_id, title, description, model_version, processing_time_ms");
    for category in Category::ALL {
        for suffix in
            ["nivel", "probabilidad", "prob_sin_contenido", "prob_moderado", "prob_alto", "incierto"]
        {
            columns.push_str(&format!(", {category}_{suffix}"));
        }
    }
    columns
}

/// The values in the order of [`columns`].
fn push_values(sql: &mut QueryBuilder<Postgres>, trigger: &NewTrigger) {
    let mut values = sql.separated(", ");
    values
        .push_bind(trigger.movie_id.clone())
        .push_bind(trigger.title.clone())
        .push_bind(trigger.description.clone())
        .push_bind(trigger.model_version.clone())
        .push_bind(trigger.processing_time_ms);
    for (category, reading) in trigger.readings.iter() {
        values
            .push_bind(reading.level.as_str())
            .push_bind(reading.probability)
            .push_bind(reading.none)
            .push_bind(reading.moderate)
            .push_bind(reading.high)
            .push_bind(*trigger.uncertain.get(category));
    }
}
