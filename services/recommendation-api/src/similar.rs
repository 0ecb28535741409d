use std::sync::Arc;
use std::time::Instant;

use axum::extract::State;
use filmlens_artifacts::Loaded;
use filmlens_domain::{FieldErrors, Invalid, Text};
use filmlens_recommend::{Found, Method, SIMILAR};
use filmlens_web::extract::{Json, Path, Query};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use crate::error::Error;
use crate::films::FilmList;
use crate::library::Library;
use crate::params::SimilarMethodSchema;
use crate::state::AppState;
use crate::{metrics, params};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SimilarParams {
    /// How many films.
    #[param(minimum = 1, maximum = 100, default = 10)]
    k: Option<i64>,
    /// The first of the methods that are loaded, unless one is named.
    #[param(inline, value_type = Option<SimilarMethodSchema>, example = "knn")]
    method: Option<Method>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TitleParams {
    /// As people write it: "The Godfather", "Godfather, The (1972)", "godfather".
    #[param(
        min_length = 1,
        max_length = 200,
        pattern = r"^[^\u0000]*[^\s\u0000][^\u0000]*$",
        example = "The Godfather"
    )]
    title: String,
    /// How many films.
    #[param(minimum = 1, maximum = 100, default = 10)]
    k: Option<i64>,
    /// The first of the methods that are loaded, unless one is named.
    #[param(inline, value_type = Option<SimilarMethodSchema>, example = "knn")]
    method: Option<Method>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Similar {
    #[schema(example = 858)]
    movie_id: i64,
    #[schema(example = "The Godfather")]
    title: String,
    #[serde(flatten)]
    films: FilmList,
}

/// Titles that are offered where none is the one asked for.
const SUGGESTIONS: usize = 5;
const ALLOWED: &str = "knn, ials, pure-svd, svd";

/// The films most like one, by its MovieLens id.
#[utoipa::path(
    get,
    path = "/similar/{movie_id}",
    tag = "recommendations",
    params(("movie_id" = i64, Path, minimum = 1, example = 858), SimilarParams),
    responses((status = 200, body = Similar), (status = 404, description = "No film of the model has this id"))
)]
pub(crate) async fn similar_by_id(
    State(state): State<AppState>,
    Path(movie_id): Path<i64>,
    Query(asked): Query<SimilarParams>,
) -> Result<Json<Similar>, Error> {
    let mut errors = FieldErrors::default();
    params::id("movie_id", movie_id, &mut errors);
    let question = Question::parse(asked.k, asked.method, &mut errors);
    errors.into_result()?;

    let loaded = state.classic.current()?;
    let item = loaded.model.find_item(movie_id).ok_or(Error::MovieNotFound { id: movie_id })?;
    Ok(Json(state.work.run(move || question.answer(item, &loaded)).await?))
}

/// The films most like one, by its title; capitals, accents and a leading article do not count, and a year at the end
/// decides between films of one name. A title that no film has is answered with the nearest, in `suggestions`.
#[utoipa::path(
    get,
    path = "/similar",
    tag = "recommendations",
    params(TitleParams),
    responses(
        (status = 200, body = Similar),
        (status = 404, description = "No film of the model has this title; `suggestions` lists those nearest to it, each with \
                                      movie_id, title and year")
    )
)]
pub(crate) async fn similar_by_title(
    State(state): State<AppState>,
    Query(asked): Query<TitleParams>,
) -> Result<Json<Similar>, Error> {
    let mut errors = FieldErrors::default();
    let title = errors.check("title", Text::<200>::parse(asked.title));
    let question = Question::parse(asked.k, asked.method, &mut errors);
    errors.into_result()?;
    let title = title.expect("a title without errors is there");

    let loaded = state.classic.current()?;
    let answer = state.work.run(move || match loaded.model.titles.find(title.as_str(), SUGGESTIONS) {
        Found::Film(item) => Ok(question.answer(item, &loaded)),
        Found::Nearest(items) => Err(Error::TitleNotFound {
            title: title.as_str().to_owned(),
            suggestions: suggestions(&items, &loaded.model),
        }),
    });
    Ok(Json(answer.await??))
}

#[derive(Clone, Copy)]
struct Question {
    k: usize,
    method: Option<Method>,
}

impl Question {
    fn parse(k: Option<i64>, method: Option<Method>, errors: &mut FieldErrors) -> Self {
        if method.is_some_and(|method| !SIMILAR.contains(&method)) {
            errors.add("method", Invalid::NotOneOf { allowed: ALLOWED });
        }
        Self { k: params::k(k, errors), method }
    }

    fn answer(self, item: u32, loaded: &Arc<Loaded<Library>>) -> Similar {
        let started = Instant::now();
        let answer = loaded.model.models.similar(item, self.method, self.k);
        metrics::record("similar", answer.method.name(), started);
        let film = loaded.model.film(item);
        Similar {
            movie_id: film.map_or(0, |film| film.id),
            title: film.map_or_else(String::new, |film| film.title.clone()),
            films: FilmList::of(answer, loaded),
        }
    }
}

fn suggestions(items: &[u32], library: &Library) -> Value {
    let films = items.iter().filter_map(|item| library.film(*item));
    films.map(|film| json!({"movie_id": film.id, "title": film.title, "year": film.year})).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_names_the_methods_that_are_taken() {
        assert_eq!(ALLOWED, SIMILAR.map(Method::name).join(", "));
    }
}
