use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::FromRow;

use crate::{CatalogStore, Error};

/// What a model once said of a film.
#[derive(Debug, Clone, PartialEq, FromRow)]
pub struct PredictionRow {
    pub id: i64,
    pub movie_id: String,
    pub predicted_at: DateTime<Utc>,
    pub model_version: String,
    pub levels: Value,
    pub family_score: Option<f32>,
    pub processing_time_ms: Option<i32>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct NewPrediction {
    pub movie_id: String,
    pub model_version: String,
    pub levels: Value,
    pub family_score: Option<f32>,
    pub processing_time_ms: Option<i32>,
}

impl CatalogStore {
    pub async fn record_prediction(&self, prediction: &NewPrediction) -> Result<PredictionRow, Error> {
        let mut connection = self.connection().await?;
        sqlx::query_as(
            "INSERT INTO predictions (movie_id, model_version, levels, family_score, processing_time_ms) \
             VALUES ($1, $2, $3, $4, $5) RETURNING *",
        )
        .bind(&prediction.movie_id)
        .bind(&prediction.model_version)
        .bind(&prediction.levels)
        .bind(prediction.family_score)
        .bind(prediction.processing_time_ms)
        .fetch_one(&mut *connection)
        .await
        .map_err(|error| self.failed(error))
    }

    /// What was predicted under any of a film's ids, the latest first, and how many predictions there are in all.
    pub async fn list_predictions(
        &self,
        movie_ids: &[String],
        page: u32,
        limit: u32,
    ) -> Result<(Vec<PredictionRow>, u64), Error> {
        let mut connection = self.connection().await?;
        let total: i64 = sqlx::query_scalar("SELECT count(*) FROM predictions WHERE movie_id = ANY($1)")
            .bind(movie_ids)
            .fetch_one(&mut *connection)
            .await
            .map_err(|error| self.failed(error))?;
        let rows = sqlx::query_as(
            "SELECT * FROM predictions WHERE movie_id = ANY($1) \
             ORDER BY predicted_at DESC, id DESC LIMIT $2 OFFSET $3",
        )
        .bind(movie_ids)
        .bind(i64::from(limit))
        .bind(i64::from(page.saturating_sub(1)) * i64::from(limit))
        .fetch_all(&mut *connection)
        .await
        .map_err(|error| self.failed(error))?;
        Ok((rows, total.unsigned_abs()))
    }
}
