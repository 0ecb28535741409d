use chrono::{DateTime, Utc};
use filmlens_domain::{Level, PerCategory, SuitabilityBand};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{LevelName, LevelProbabilities};

/// What a model says that a film holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SensitivityPrediction {
    #[schema(example = "tt0068646")]
    pub movie_id: String,
    #[schema(example = "The Godfather")]
    pub movie_title: String,
    pub violencia_nivel: CategoryPrediction,
    pub sexualidad_nivel: CategoryPrediction,
    pub drogas_nivel: CategoryPrediction,
    pub lenguaje_fuerte_nivel: CategoryPrediction,
    pub suicidio_nivel: CategoryPrediction,
    /// How suitable the film is for a family with children of 7 to 12, from 0 to 100.
    #[schema(minimum = 0, maximum = 100, example = 61.4)]
    pub family_score: f64,
    pub suitability: Suitability,
    /// For the family that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub verdict: Option<Verdict>,
    /// The model that said it; none where a person set the levels without naming one.
    #[schema(example = "20260301T120000000Z-5f2c90ab31de")]
    pub model_version: Option<String>,
    pub predicted_at: DateTime<Utc>,
    pub processing_time_ms: Option<i32>,
    /// Whether it is in the database, or about to be: one that can be reached has it in a moment.
    pub saved: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub not_saved_because: Option<NotSaved>,
}

/// A level with the evidence for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CategoryPrediction {
    #[schema(value_type = LevelName, example = "moderado")]
    pub nivel: Level,
    /// Of this level.
    #[schema(minimum = 0, maximum = 1)]
    pub probabilidad: f64,
    pub probabilidades_todas: LevelProbabilities,
    /// Too little is known of the film to tell: do not take the level for safe.
    #[serde(default)]
    pub incierto: bool,
    /// Where it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub explanation: Option<ScoreExplanation>,
}

/// Why a score came out as it did, in log-odds: `base` and the contributions add up to `raw`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ScoreExplanation {
    /// The score of a film of which nothing is known.
    pub base: f64,
    /// The score of this film, before calibration.
    pub raw: f64,
    /// The strongest first.
    pub contributions: Vec<ScoreContribution>,
}

/// A word or fact of the film that pushed a score up or, below zero, down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ScoreContribution {
    pub source: ContributionSource,
    /// The word or fact itself.
    #[schema(example = "murder")]
    pub value: String,
    #[schema(example = 0.83)]
    pub contribution: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ContributionSource {
    /// Of the title or the description.
    Word,
    Genre,
    Certificate,
    Keyword,
    Year,
    /// What is missing, or applies to the film as a whole.
    Other,
}

/// The family score at a glance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Suitability {
    Safe,
    Moderate,
    Significant,
    /// The score would be better than `significant`, but a category is uncertain.
    Unknown,
}

/// Why a prediction is not in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotSaved {
    /// It is kept, and written once the database is back.
    DatabaseDown,
    /// Too many wait for the database already; this one is not kept.
    QueueFull,
    /// The service is set up to save none.
    Off,
}

/// Whether a film suits a family, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Verdict {
    pub decision: Decision,
    #[schema(example = "No es apta para esta familia.")]
    pub message: String,
    /// What speaks against the film, or leaves it open.
    pub reasons: Vec<VerdictReason>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    Suitable,
    /// Nothing is above a limit, but a category that the family limits is uncertain.
    NeedsReview,
    Unsuitable,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum VerdictReason {
    AboveLimit {
        #[schema(example = "violencia")]
        category: String,
        #[schema(value_type = LevelName)]
        nivel: Level,
        #[schema(value_type = LevelName)]
        limit: Level,
        probabilidad: f64,
        incierto: bool,
    },
    Uncertain {
        #[schema(example = "drogas")]
        category: String,
        #[schema(value_type = LevelName)]
        limit: Level,
    },
    BlockedGenre {
        #[schema(example = "Horror")]
        genre: String,
    },
}

/// The prediction as the first revisions gave it: yes or no for each trigger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TriggerPrediction {
    #[schema(example = "tt0068646")]
    pub movie_id: String,
    #[schema(example = "The Godfather")]
    pub movie_title: String,
    pub predictions: Vec<DetectedTrigger>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DetectedTrigger {
    #[schema(example = "has_violence")]
    pub trigger: String,
    #[schema(minimum = 0, maximum = 1)]
    pub probability: f64,
    /// Whether the probability is at least a half.
    pub detected: bool,
}

impl SensitivityPrediction {
    pub fn categories(&self) -> PerCategory<&CategoryPrediction> {
        PerCategory {
            violencia: &self.violencia_nivel,
            sexualidad: &self.sexualidad_nivel,
            drogas: &self.drogas_nivel,
            lenguaje_fuerte: &self.lenguaje_fuerte_nivel,
            suicidio: &self.suicidio_nivel,
        }
    }
}

impl Suitability {
    pub fn new(score: f64, is_uncertain: bool) -> Self {
        match SuitabilityBand::from(score) {
            SuitabilityBand::Significant => Self::Significant,
            _ if is_uncertain => Self::Unknown,
            SuitabilityBand::Safe => Self::Safe,
            SuitabilityBand::Moderate => Self::Moderate,
        }
    }
}

impl From<&SensitivityPrediction> for TriggerPrediction {
    fn from(prediction: &SensitivityPrediction) -> Self {
        let trigger = |trigger: &str, category: &CategoryPrediction| {
            let probability = 1.0 - category.probabilidades_todas.sin_contenido;
            DetectedTrigger { trigger: trigger.to_owned(), probability, detected: probability >= 0.5 }
        };
        Self {
            movie_id: prediction.movie_id.clone(),
            movie_title: prediction.movie_title.clone(),
            predictions: vec![
                trigger("has_suicide", &prediction.suicidio_nivel),
                trigger("has_substance_abuse", &prediction.drogas_nivel),
                trigger("has_strong_language", &prediction.lenguaje_fuerte_nivel),
                trigger("has_sexual_content", &prediction.sexualidad_nivel),
                trigger("has_violence", &prediction.violencia_nivel),
            ],
        }
    }
}
