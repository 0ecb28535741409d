//! Between what a model says and what is sent and kept of it.

use chrono::{DateTime, Utc};
use filmlens_api_types::{
    CategoryPrediction, ContributionSource, LevelProbabilities, ScoreContribution, ScoreExplanation,
    SensitivityPrediction, Suitability,
};
use filmlens_domain::{
    Assessment, CategoryAssessment, Contribution, Explanation, PerCategory, Reading, Source, family_score,
};

/// Where a prediction comes from.
pub(crate) struct Origin {
    pub(crate) movie_id: String,
    pub(crate) title: String,
    pub(crate) model_version: Option<String>,
    pub(crate) predicted_at: DateTime<Utc>,
    pub(crate) processing_time_ms: Option<i32>,
}

/// A prediction that counts as saved and has no verdict, until somebody says otherwise.
pub(crate) fn prediction(
    origin: Origin,
    categories: PerCategory<CategoryPrediction>,
) -> SensitivityPrediction {
    let score = family_score(&categories.map(reading));
    let is_uncertain = categories.iter().any(|(_, category)| category.incierto);
    let PerCategory { violencia, sexualidad, drogas, lenguaje_fuerte, suicidio } = categories;
    SensitivityPrediction {
        movie_id: origin.movie_id,
        movie_title: origin.title,
        violencia_nivel: violencia,
        sexualidad_nivel: sexualidad,
        drogas_nivel: drogas,
        lenguaje_fuerte_nivel: lenguaje_fuerte,
        suicidio_nivel: suicidio,
        family_score: score,
        suitability: Suitability::new(score, is_uncertain),
        verdict: None,
        model_version: origin.model_version,
        predicted_at: origin.predicted_at,
        processing_time_ms: origin.processing_time_ms,
        saved: true,
        not_saved_because: None,
    }
}

pub(crate) fn categories(assessment: Assessment) -> PerCategory<CategoryPrediction> {
    let PerCategory { violencia, sexualidad, drogas, lenguaje_fuerte, suicidio } = assessment.categories;
    PerCategory {
        violencia: assessed(violencia),
        sexualidad: assessed(sexualidad),
        drogas: assessed(drogas),
        lenguaje_fuerte: assessed(lenguaje_fuerte),
        suicidio: assessed(suicidio),
    }
}

fn assessed(found: CategoryAssessment) -> CategoryPrediction {
    CategoryPrediction {
        explanation: found.explanation.map(explanation),
        ..read(&found.reading, found.is_uncertain)
    }
}

pub(crate) fn read(reading: &Reading, is_uncertain: bool) -> CategoryPrediction {
    CategoryPrediction {
        nivel: reading.level,
        probabilidad: reading.probability,
        probabilidades_todas: LevelProbabilities {
            sin_contenido: reading.none,
            moderado: reading.moderate,
            alto: reading.high,
        },
        incierto: is_uncertain,
        explanation: None,
    }
}

fn reading(category: &CategoryPrediction) -> Reading {
    let all = category.probabilidades_todas;
    Reading {
        level: category.nivel,
        probability: category.probabilidad,
        none: all.sin_contenido,
        moderate: all.moderado,
        high: all.alto,
    }
}

fn explanation(explanation: Explanation) -> ScoreExplanation {
    ScoreExplanation {
        base: explanation.base,
        raw: explanation.raw,
        contributions: explanation.contributions.into_iter().map(contribution).collect(),
    }
}

fn contribution(contribution: Contribution) -> ScoreContribution {
    let (source, value) = match contribution.source {
        Source::Word(word) => (ContributionSource::Word, word),
        Source::Genre(genre) => (ContributionSource::Genre, genre),
        Source::Certificate(certificate) => (ContributionSource::Certificate, certificate),
        Source::Keyword(keyword) => (ContributionSource::Keyword, keyword),
        Source::Year(year) => (ContributionSource::Year, year.to_string()),
        Source::Other(other) => (ContributionSource::Other, other),
    };
    ScoreContribution { source, value, contribution: contribution.value }
}
