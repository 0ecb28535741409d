use chrono::{DateTime, Utc};
use filmlens_domain::{Category, FieldErrors, Invalid, Level, PerCategory, Reading};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The levels that were found for a film, flat as the first FilmLens wrote them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Trigger {
    pub movie_id: String,
    pub id: i32,
    pub title: String,
    pub description: Option<String>,
    pub detected_at: DateTime<Utc>,
    #[schema(value_type = LevelName, example = "alto")]
    pub violencia_nivel: Level,
    pub violencia_probabilidad: f64,
    pub violencia_prob_sin_contenido: f64,
    pub violencia_prob_moderado: f64,
    pub violencia_prob_alto: f64,
    /// Too little is known of the film to tell: do not take the level for safe.
    pub violencia_incierto: bool,
    #[schema(value_type = LevelName, example = "moderado")]
    pub sexualidad_nivel: Level,
    pub sexualidad_probabilidad: f64,
    pub sexualidad_prob_sin_contenido: f64,
    pub sexualidad_prob_moderado: f64,
    pub sexualidad_prob_alto: f64,
    pub sexualidad_incierto: bool,
    #[schema(value_type = LevelName, example = "sin_contenido")]
    pub drogas_nivel: Level,
    pub drogas_probabilidad: f64,
    pub drogas_prob_sin_contenido: f64,
    pub drogas_prob_moderado: f64,
    pub drogas_prob_alto: f64,
    pub drogas_incierto: bool,
    #[schema(value_type = LevelName, example = "moderado")]
    pub lenguaje_fuerte_nivel: Level,
    pub lenguaje_fuerte_probabilidad: f64,
    pub lenguaje_fuerte_prob_sin_contenido: f64,
    pub lenguaje_fuerte_prob_moderado: f64,
    pub lenguaje_fuerte_prob_alto: f64,
    pub lenguaje_fuerte_incierto: bool,
    #[schema(value_type = LevelName, example = "sin_contenido")]
    pub suicidio_nivel: Level,
    pub suicidio_probabilidad: f64,
    pub suicidio_prob_sin_contenido: f64,
    pub suicidio_prob_moderado: f64,
    pub suicidio_prob_alto: f64,
    pub suicidio_incierto: bool,
    pub model_version: Option<String>,
    pub processing_time_ms: Option<i32>,
}

/// What a person or program says of a film's levels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TriggerInput {
    #[schema(
        example = "tt0068646",
        min_length = 1,
        max_length = 50,
        pattern = "^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$"
    )]
    pub movie_id: String,
    #[schema(
        example = "The Godfather",
        min_length = 1,
        max_length = 500,
        pattern = "^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$"
    )]
    pub title: String,
    #[schema(min_length = 1, max_length = 20000, pattern = "^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$")]
    pub description: Option<String>,
    #[schema(min_length = 1, max_length = 50, pattern = "^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$")]
    pub model_version: Option<String>,
    pub violencia: TriggerLevelInput,
    pub sexualidad: TriggerLevelInput,
    pub drogas: TriggerLevelInput,
    pub lenguaje_fuerte: TriggerLevelInput,
    pub suicidio: TriggerLevelInput,
}

/// A level, with probabilities and `incierto` where a model found it; without, it counts as certain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TriggerLevelInput {
    pub nivel: LevelName,
    #[schema(minimum = 0, maximum = 1)]
    pub probabilidad: Option<f64>,
    pub probabilidades_todas: Option<LevelProbabilities>,
    /// Whether too little is known of the film to tell.
    pub incierto: Option<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LevelProbabilities {
    #[schema(minimum = 0, maximum = 1)]
    pub sin_contenido: f64,
    #[schema(minimum = 0, maximum = 1)]
    pub moderado: f64,
    #[schema(minimum = 0, maximum = 1)]
    pub alto: f64,
}

/// [`Level`] as the document describes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LevelName {
    SinContenido,
    Moderado,
    Alto,
}

impl From<LevelName> for Level {
    fn from(name: LevelName) -> Self {
        match name {
            LevelName::SinContenido => Self::SinContenido,
            LevelName::Moderado => Self::Moderado,
            LevelName::Alto => Self::Alto,
        }
    }
}

impl From<Level> for LevelName {
    fn from(level: Level) -> Self {
        match level {
            Level::SinContenido => Self::SinContenido,
            Level::Moderado => Self::Moderado,
            Level::Alto => Self::Alto,
        }
    }
}

impl TriggerInput {
    pub fn readings(&self) -> Result<PerCategory<Reading>, FieldErrors> {
        let mut errors = FieldErrors::default();
        let readings = PerCategory::from_fn(|category| self.level(category).reading(category, &mut errors));
        errors.into_result()?;
        Ok(readings)
    }

    pub fn uncertain(&self) -> PerCategory<bool> {
        PerCategory::from_fn(|category| self.level(category).incierto.unwrap_or(false))
    }

    fn level(&self, category: Category) -> &TriggerLevelInput {
        match category {
            Category::Violencia => &self.violencia,
            Category::Sexualidad => &self.sexualidad,
            Category::Drogas => &self.drogas,
            Category::LenguajeFuerte => &self.lenguaje_fuerte,
            Category::Suicidio => &self.suicidio,
        }
    }
}

impl TriggerLevelInput {
    fn reading(&self, category: Category, errors: &mut FieldErrors) -> Reading {
        let mut reading = Reading::certain(self.nivel.into());
        if let Some(all) = self.probabilidades_todas {
            (reading.none, reading.moderate, reading.high) = (all.sin_contenido, all.moderado, all.alto);
        }
        reading.probability = self.probabilidad.unwrap_or(match reading.level {
            Level::SinContenido => reading.none,
            Level::Moderado => reading.moderate,
            Level::Alto => reading.high,
        });
        for (field, value) in [
            ("probabilidad", reading.probability),
            ("probabilidades_todas.sin_contenido", reading.none),
            ("probabilidades_todas.moderado", reading.moderate),
            ("probabilidades_todas.alto", reading.high),
        ] {
            if !(0.0..=1.0).contains(&value) {
                errors.add(format!("{category}.{field}"), Invalid::OutOfRange { min: 0.0, max: 1.0 });
            }
        }
        reading
    }
}

impl From<Trigger> for TriggerInput {
    /// The trigger as it is, for a partial change of it.
    fn from(trigger: Trigger) -> Self {
        let level = |level: Level, probability, none, moderate, high, is_uncertain| TriggerLevelInput {
            nivel: level.into(),
            probabilidad: Some(probability),
            probabilidades_todas: Some(LevelProbabilities {
                sin_contenido: none,
                moderado: moderate,
                alto: high,
            }),
            incierto: Some(is_uncertain),
        };
        Self {
            violencia: level(
                trigger.violencia_nivel,
                trigger.violencia_probabilidad,
                trigger.violencia_prob_sin_contenido,
                trigger.violencia_prob_moderado,
                trigger.violencia_prob_alto,
                trigger.violencia_incierto,
            ),
            sexualidad: level(
                trigger.sexualidad_nivel,
                trigger.sexualidad_probabilidad,
                trigger.sexualidad_prob_sin_contenido,
                trigger.sexualidad_prob_moderado,
                trigger.sexualidad_prob_alto,
                trigger.sexualidad_incierto,
            ),
            drogas: level(
                trigger.drogas_nivel,
                trigger.drogas_probabilidad,
                trigger.drogas_prob_sin_contenido,
                trigger.drogas_prob_moderado,
                trigger.drogas_prob_alto,
                trigger.drogas_incierto,
            ),
            lenguaje_fuerte: level(
                trigger.lenguaje_fuerte_nivel,
                trigger.lenguaje_fuerte_probabilidad,
                trigger.lenguaje_fuerte_prob_sin_contenido,
                trigger.lenguaje_fuerte_prob_moderado,
                trigger.lenguaje_fuerte_prob_alto,
                trigger.lenguaje_fuerte_incierto,
            ),
            suicidio: level(
                trigger.suicidio_nivel,
                trigger.suicidio_probabilidad,
                trigger.suicidio_prob_sin_contenido,
                trigger.suicidio_prob_moderado,
                trigger.suicidio_prob_alto,
                trigger.suicidio_incierto,
            ),
            movie_id: trigger.movie_id,
            title: trigger.title,
            description: trigger.description,
            model_version: trigger.model_version,
        }
    }
}
