use chrono::{DateTime, Utc};
use filmlens_domain::Category;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::types::Json;
use sqlx::{AssertSqlSafe, Postgres, Transaction};
use uuid::Uuid;

use crate::{CatalogStore, Error};

/// What a model said of a film, with all that is kept of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MadePrediction {
    /// Makes saving it twice the same as saving it once.
    pub id: Uuid,
    pub predicted_at: DateTime<Utc>,
    pub movie_id: String,
    pub title: String,
    pub description: String,
    pub model_version: String,
    /// For each category its `nivel`, `probabilidad`, `probabilidades_todas` and whether it is `incierto`.
    pub levels: Value,
    pub family_score: f32,
    pub processing_time_ms: i32,
    /// All that the model read.
    pub input: String,
}

/// The columns of [`MadePrediction`], as Postgres reads them out of JSON.
const RECORDS: &str = "jsonb_to_recordset($1) AS made (id uuid, predicted_at timestamptz, movie_id text, title text, \
     description text, model_version text, levels jsonb, family_score real, processing_time_ms integer, input text)";

/// As `TriggerRow::is_set_by_a_person` tells them.
const SET_BY_PEOPLE: &str =
    "(movie_triggers.model_version IS NULL OR movie_triggers.model_version ~ '(^|-)human(-|$)')";

/// A connection that was lost in the middle would keep its rows locked, and whoever tries again would wait for them.
const FREE_WHEN_ABANDONED: &str = "SET LOCAL idle_in_transaction_session_timeout = '5s'";

impl CatalogStore {
    /// Adds predictions to the history and to the audit, and the latest of each film as its trigger, all or nothing.
    /// A prediction that is there already is left as it is, so a call whose outcome is unknown can be repeated.
    ///
    /// A trigger that a person set stays, and so does one that was detected later than the prediction was made.
    pub async fn save_predictions(&self, predictions: &[&MadePrediction]) -> Result<(), Error> {
        let mut connection = self.connection().await?;
        let saved = async {
            let mut transaction = sqlx::Connection::begin(&mut *connection).await?;
            sqlx::query(FREE_WHEN_ABANDONED).execute(&mut *transaction).await?;
            execute(&mut transaction, history(), predictions).await?;
            execute(&mut transaction, audit(), predictions).await?;
            execute(&mut transaction, triggers(), predictions).await?;
            transaction.commit().await
        };
        saved.await.map_err(|error| self.failed(error))
    }
}

async fn execute(
    transaction: &mut Transaction<'_, Postgres>,
    statement: String,
    predictions: &[&MadePrediction],
) -> Result<(), sqlx::Error> {
    sqlx::query(AssertSqlSafe(statement)).bind(Json(predictions)).execute(&mut **transaction).await?;
    Ok(())
}

fn history() -> String {
    format!(
        "INSERT INTO predictions \
         (prediction_id, movie_id, predicted_at, model_version, levels, family_score, processing_time_ms) \
         SELECT id, movie_id, predicted_at, model_version, levels, family_score, processing_time_ms FROM {RECORDS} \
         ORDER BY predicted_at, id ON CONFLICT (prediction_id) DO NOTHING"
    )
}

fn audit() -> String {
    format!(
        "INSERT INTO prediction_audit \
         (prediction_id, movie_id, model_version, predicted_at, input_text, prediction_result, processing_time_ms) \
         SELECT id, movie_id, model_version, predicted_at, input, levels, processing_time_ms FROM {RECORDS} \
         ORDER BY predicted_at, id ON CONFLICT (prediction_id) DO NOTHING"
    )
}

/// In the order of movie_id, so that two services never wait for each other's rows in a circle.
fn triggers() -> String {
    let mut columns = vec!["title".to_owned(), "description".to_owned(), "model_version".to_owned()];
    columns.push("processing_time_ms".to_owned());
    let mut values = columns.clone();
    for category in Category::ALL {
        let level = format!("levels->'{category}'");
        columns.push(format!("{category}_nivel"));
        values.push(format!("{level}->>'nivel'"));
        columns.push(format!("{category}_probabilidad"));
        values.push(format!("({level}->>'probabilidad')::double precision"));
        for name in ["sin_contenido", "moderado", "alto"] {
            columns.push(format!("{category}_prob_{name}"));
            values.push(format!("({level}->'probabilidades_todas'->>'{name}')::double precision"));
        }
        columns.push(format!("{category}_incierto"));
        values.push(format!("coalesce(({level}->>'incierto')::boolean, false)"));
    }
    let replaced: Vec<String> =
        columns.iter().map(|column| format!("{column} = excluded.{column}")).collect();
    format!(
        "INSERT INTO movie_triggers (movie_id, detected_at, {}) \
         SELECT DISTINCT ON (movie_id) movie_id, predicted_at, {} FROM {RECORDS} \
         ORDER BY movie_id, predicted_at DESC, id DESC \
         ON CONFLICT (movie_id) DO UPDATE SET detected_at = excluded.detected_at, {} \
         WHERE NOT {SET_BY_PEOPLE} AND movie_triggers.detected_at <= excluded.detected_at",
        columns.join(", "),
        values.join(", "),
        replaced.join(", ")
    )
}
