use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// What a model once said of a film.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Prediction {
    pub id: i64,
    pub movie_id: String,
    pub predicted_at: DateTime<Utc>,
    pub model_version: String,
    /// For each category its `nivel`, `probabilidad`, `probabilidades_todas` and whether it is `incierto`.
    #[schema(value_type = Object)]
    pub levels: Value,
    /// 0 to 100.
    pub family_score: Option<f32>,
    pub processing_time_ms: Option<i32>,
}
