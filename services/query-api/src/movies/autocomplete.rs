use axum::extract::State;
use filmlens_api_types::{Suggestion, Suggestions};
use filmlens_domain::{FieldErrors, Invalid, Text};
use filmlens_web::extract::{Json, Query};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::error::Error;
use crate::paging;
use crate::state::AppState;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AutocompleteParams {
    /// What was typed so far: at least two characters.
    #[param(
        min_length = 2,
        max_length = 200,
        pattern = "^\\s*[^\\s\\u0000][^\\u0000]*[^\\s\\u0000]\\s*$",
        example = "godf"
    )]
    q: String,
    #[param(minimum = 1, maximum = 20, default = 10)]
    limit: Option<i64>,
}

const MIN_CHARACTERS: usize = 2;
const MAX_LIMIT: i64 = 20;
const DEFAULT_LIMIT: u32 = 10;

/// Titles for what somebody is typing: those that begin with it, hold it, or are like it, the best known first.
#[utoipa::path(
    get,
    path = "/api/v1/movies/autocomplete",
    tag = "movies",
    params(AutocompleteParams),
    responses((status = 200, body = Suggestions))
)]
pub(crate) async fn autocomplete(
    State(state): State<AppState>,
    Query(params): Query<AutocompleteParams>,
) -> Result<Json<Suggestions>, Error> {
    let (text, limit) = params.parse()?;
    let found = state.store.suggest_films(text.as_str(), limit)?;
    let suggestions = found.films.into_iter().map(|film| Suggestion {
        imdb_id: film.imdb_id,
        tmdb_id: film.tmdb_id,
        movielens_id: film.movielens_id,
        movie_name: film.movie_name,
        year: film.year,
    });
    Ok(Json(Suggestions { suggestions: suggestions.collect(), degraded: found.is_stale }))
}

impl AutocompleteParams {
    fn parse(self) -> Result<(Text<200>, usize), FieldErrors> {
        let mut errors = FieldErrors::default();
        let limit = paging::limit_up_to(MAX_LIMIT, self.limit, DEFAULT_LIMIT, &mut errors);
        let is_long_enough = self.q.trim().chars().count() >= MIN_CHARACTERS;
        if !is_long_enough {
            errors.add("q", Invalid::Other("must have at least 2 characters"));
        }
        let text = if is_long_enough { errors.check("q", Text::parse(self.q)) } else { None };
        match text {
            Some(text) => errors.into_result().map(|()| (text, limit as usize)),
            None => Err(errors),
        }
    }
}
