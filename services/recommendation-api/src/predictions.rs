use std::time::Instant;

use axum::extract::State;
use filmlens_domain::FieldErrors;
use filmlens_recommend::Predictor;
use filmlens_web::extract::{Json, Path};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::Error;
use crate::params::PredictorSchema;
use crate::profiles::NOTHING;
use crate::state::AppState;
use crate::{metrics, params};

/// By name, so that an error says which of the two is wrong.
#[derive(Deserialize)]
pub(crate) struct Pair {
    user_id: i64,
    movie_id: i64,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct PredictedRating {
    #[schema(example = 1)]
    user_id: i64,
    #[schema(example = 858)]
    movie_id: i64,
    #[schema(example = "The Godfather")]
    title: String,
    /// On the scale of the ratings that the model was trained on.
    #[schema(example = 4.3)]
    stars: f32,
    /// Whether there are ratings of this user; of somebody else, the film's own rating is predicted.
    known_user: bool,
    /// The method that answered.
    #[schema(value_type = PredictorSchema, example = "blend")]
    method: Predictor,
    /// Of the model that answered.
    #[schema(example = "20260301T120000000Z-5f2c90ab31de")]
    model_version: String,
}

/// How many stars somebody would give a film.
#[utoipa::path(
    get,
    path = "/predict/{user_id}/{movie_id}",
    tag = "recommendations",
    params(
        ("user_id" = i64, Path, minimum = 1, example = 1),
        ("movie_id" = i64, Path, minimum = 1, example = 858)
    ),
    responses(
        (status = 200, body = PredictedRating),
        (status = 404, description = "No film of the model has this id")
    )
)]
pub(crate) async fn predict(
    State(state): State<AppState>,
    Path(Pair { user_id, movie_id }): Path<Pair>,
) -> Result<Json<PredictedRating>, Error> {
    let mut errors = FieldErrors::default();
    params::id("user_id", user_id, &mut errors);
    params::id("movie_id", movie_id, &mut errors);
    errors.into_result()?;

    let loaded = state.classic.current()?;
    let item = loaded.model.find_item(movie_id).ok_or(Error::MovieNotFound { id: movie_id })?;
    let answer = state.work.run(move || {
        let started = Instant::now();
        let profile = loaded.model.profiles.find(user_id);
        let predicted = loaded.model.models.predict(profile.unwrap_or(NOTHING), item)?;
        metrics::record("predict", predicted.method.name(), started);
        Some(PredictedRating {
            user_id,
            movie_id,
            title: loaded.model.film(item).map_or_else(String::new, |film| film.title.clone()),
            stars: predicted.stars,
            known_user: profile.is_some(),
            method: predicted.method,
            model_version: loaded.manifest.version.clone(),
        })
    });
    answer.await?.map(Json).ok_or(Error::MethodNotTrained { what: "ratings", train: "knn or svd" })
}
