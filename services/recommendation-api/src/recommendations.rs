use std::time::Instant;

use axum::extract::State;
use filmlens_domain::FieldErrors;
use filmlens_recommend::{Method, Question};
use filmlens_web::extract::{Json, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::error::Error;
use crate::films::FilmList;
use crate::params::MethodSchema;
use crate::profiles::NOTHING;
use crate::state::AppState;
use crate::{metrics, params};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RecommendParams {
    /// How many films.
    #[param(minimum = 1, maximum = 100, default = 10)]
    k: Option<i64>,
    /// The best of the methods that are loaded, unless one is named.
    #[param(inline, value_type = Option<MethodSchema>, example = "svd")]
    method: Option<Method>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Recommendations {
    #[schema(example = 1)]
    user_id: i64,
    /// Whether there are ratings of this user.
    known_user: bool,
    #[serde(flatten)]
    films: FilmList,
}

/// What somebody may like that they have not rated yet. Who is new, or has rated nothing, gets the popular films.
#[utoipa::path(
    get,
    path = "/recommend/{user_id}",
    tag = "recommendations",
    params(("user_id" = i64, Path, minimum = 1, example = 1), RecommendParams),
    responses((status = 200, body = Recommendations))
)]
pub(crate) async fn recommend(
    State(state): State<AppState>,
    Path(user_id): Path<i64>,
    Query(asked): Query<RecommendParams>,
) -> Result<Json<Recommendations>, Error> {
    let mut errors = FieldErrors::default();
    params::id("user_id", user_id, &mut errors);
    let k = params::k(asked.k, &mut errors);
    errors.into_result()?;

    let loaded = state.classic.current()?;
    let answer = state.work.run(move || {
        let started = Instant::now();
        let profile = loaded.model.profiles.find(user_id);
        let question = Question {
            profile: profile.unwrap_or(NOTHING),
            method: asked.method,
            k,
            exclude: &[],
            repeats: false,
        };
        let answer = loaded.model.models.recommend(question);
        metrics::record("recommend", answer.method.name(), started);
        let known_user = profile.is_some();
        Recommendations { user_id, known_user, films: FilmList::of(answer, &loaded) }
    });
    Ok(Json(answer.await?))
}
