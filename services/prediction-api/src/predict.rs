use std::time::Instant;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::Utc;
use filmlens_api_types::{FilmToPredict, ParsedFilm, SensitivityPrediction};
use filmlens_catalog_store::MadePrediction;
use filmlens_domain::FilmEvidence;
use filmlens_inference::ContentQuery;
use filmlens_web::extract::{Json, Query};
use serde_json::json;
use uuid::Uuid;

use crate::answers::{self, Origin};
use crate::error::Error;
use crate::families::{self, Family};
use crate::format::{AnyShape, Format, PredictParams};
use crate::state::AppState;
use crate::verdict;

/// What a film holds: a level of each category with its probabilities, and a score for families.
///
/// Without `formato`, keys that only the first revisions knew are ignored where they cannot be used: `verbose`, and a
/// `genre` that is neither text nor a list of texts.
#[utoipa::path(
    post,
    path = "/api/v1/predict",
    tag = "predictions",
    params(PredictParams),
    request_body = FilmToPredict,
    security((), ("ApiKey" = []), ("Bearer" = [])),
    responses(
        (status = 200, body = inline(AnyShape)),
        (status = 404, description = "The client has no such profile"),
        (status = 503, description = "There is no model")
    )
)]
pub(crate) async fn predict(
    State(state): State<AppState>,
    Query(params): Query<PredictParams>,
    headers: HeaderMap,
    Json(mut film): Json<FilmToPredict>,
) -> Result<Response, Error> {
    let format = params.format();
    if format == Format::Niveles {
        film.ignore_unusable_extras();
    }
    let is_verbose = film.is_verbose();
    let (described, profile_id) = (film.profile.take(), film.profile_id.take());
    let mut film = film.parse()?;
    let family = families::find(&state, &headers, described, profile_id).await?;
    film.explain |= params.explain.unwrap_or(false);
    let prediction = assess(&state, film, family.as_ref()).await?;
    Ok(format.answer(prediction, is_verbose))
}

/// Asks the model, and has what it says saved in the background. Dropping the future withdraws the question.
pub(crate) async fn assess(
    state: &AppState,
    film: ParsedFilm,
    family: Option<&Family>,
) -> Result<SensitivityPrediction, Error> {
    let started = Instant::now();
    let loaded = state.classifiers.current()?;
    let ParsedFilm { movie_id, evidence, explain } = film;
    let answer = loaded.model.handle().assess(ContentQuery { film: evidence.clone(), explain }).await?;

    let origin = Origin {
        movie_id: movie_id.into_string(),
        title: evidence.title.clone(),
        model_version: Some(answer.version.to_string()),
        predicted_at: Utc::now(),
        processing_time_ms: i32::try_from(started.elapsed().as_millis()).ok(),
    };
    let mut prediction = answers::prediction(origin, answers::categories(answer.value));
    prediction.verdict =
        family.map(|family| verdict::judge(family, &prediction.categories(), &evidence.genres));
    let kept = state.saving.offer(made(&prediction, evidence));
    prediction.saved = kept.is_ok();
    prediction.not_saved_because = kept.err();
    Ok(prediction)
}

/// All that is kept. Explanations are not: they follow from the input and the model.
fn made(prediction: &SensitivityPrediction, film: FilmEvidence) -> MadePrediction {
    let levels = prediction.categories().map(|category| {
        let mut kept = (*category).clone();
        kept.explanation = None;
        kept
    });
    let input = json!({
        "title": film.title,
        "description": film.description,
        "genres": film.genres,
        "certificate": film.certificate,
        "keywords": film.keywords,
        "year": film.year,
    });
    MadePrediction {
        id: Uuid::now_v7(),
        predicted_at: prediction.predicted_at,
        movie_id: prediction.movie_id.clone(),
        title: film.title,
        description: film.description,
        model_version: prediction.model_version.clone().unwrap_or_default(),
        levels: serde_json::to_value(levels).expect("levels are plain text and numbers"),
        family_score: prediction.family_score as f32,
        processing_time_ms: prediction.processing_time_ms.unwrap_or(i32::MAX),
        input: input.to_string(),
    }
}
