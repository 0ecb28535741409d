//! Films in answers.

use filmlens_artifacts::Loaded;
use filmlens_recommend::{Answer, Fallback, Method};
use serde::Serialize;
use utoipa::ToSchema;

use crate::library::Library;
use crate::params::MethodSchema;

/// Films, best first, and what chose them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FilmList {
    /// The method that answered.
    #[schema(value_type = MethodSchema, example = "ease")]
    method: Method,
    /// Whether another method answered than the one that was asked for.
    fallback: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    fallback_reason: Option<FallbackReason>,
    /// Of the model that answered.
    #[schema(example = "20260301T120000000Z-5f2c90ab31de")]
    model_version: String,
    items: Vec<ScoredFilm>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ScoredFilm {
    /// The MovieLens id.
    #[schema(example = 858)]
    movie_id: i64,
    #[schema(example = "The Godfather")]
    title: String,
    genres: Vec<String>,
    #[schema(example = 1972)]
    year: Option<i32>,
    /// The larger the better; what it counts is the method's own.
    #[schema(example = 0.93)]
    score: f32,
}

/// Why another method answered: `no_ratings` (the user has rated nothing, or is new), `method_not_loaded` (the model was
/// trained without it), `nothing_known` (it knows nothing of what was rated, or nothing that is left to recommend).
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum FallbackReason {
    NoRatings,
    MethodNotLoaded,
    NothingKnown,
}

impl FilmList {
    pub(crate) fn of(answer: Answer, loaded: &Loaded<Library>) -> Self {
        let scored = |(item, score)| {
            let film = loaded.model.film(item)?;
            Some(ScoredFilm {
                movie_id: film.id,
                title: film.title.clone(),
                genres: film.genres.clone(),
                year: film.year,
                score,
            })
        };
        Self {
            method: answer.method,
            fallback: answer.fallback.is_some(),
            fallback_reason: answer.fallback.map(reason),
            model_version: loaded.manifest.version.clone(),
            items: answer.items.into_iter().filter_map(scored).collect(),
        }
    }
}

fn reason(fallback: Fallback) -> FallbackReason {
    match fallback {
        Fallback::NoRatings => FallbackReason::NoRatings,
        Fallback::NotLoaded => FallbackReason::MethodNotLoaded,
        Fallback::NothingKnown => FallbackReason::NothingKnown,
    }
}
