use std::time::Instant;

use axum::extract::State;
use filmlens_domain::FieldErrors;
use filmlens_recommend::{Method, Question};
use filmlens_web::extract::{Json, Query};

use crate::error::Error;
use crate::films::FilmList;
use crate::params::ListParams;
use crate::profiles::NOTHING;
use crate::state::AppState;
use crate::{metrics, params};

/// The films that most people like.
#[utoipa::path(
    get,
    path = "/popular",
    tag = "recommendations",
    params(ListParams),
    responses((status = 200, body = FilmList))
)]
pub(crate) async fn list_popular(
    State(state): State<AppState>,
    Query(asked): Query<ListParams>,
) -> Result<Json<FilmList>, Error> {
    for_everybody(&state, Method::Popular, &asked).await
}

/// The films that people liked lately.
#[utoipa::path(
    get,
    path = "/trending",
    tag = "recommendations",
    params(ListParams),
    responses((status = 200, body = FilmList))
)]
pub(crate) async fn list_trending(
    State(state): State<AppState>,
    Query(asked): Query<ListParams>,
) -> Result<Json<FilmList>, Error> {
    for_everybody(&state, Method::Trending, &asked).await
}

async fn for_everybody(
    state: &AppState,
    method: Method,
    asked: &ListParams,
) -> Result<Json<FilmList>, Error> {
    let mut errors = FieldErrors::default();
    let k = params::k(asked.k, &mut errors);
    errors.into_result()?;

    let loaded = state.classic.current()?;
    let answer = state.work.run(move || {
        let started = Instant::now();
        let question = Question { profile: NOTHING, method: Some(method), k, exclude: &[], repeats: false };
        let answer = loaded.model.models.recommend(question);
        metrics::record("for_everybody", answer.method.name(), started);
        FilmList::of(answer, &loaded)
    });
    Ok(Json(answer.await?))
}
