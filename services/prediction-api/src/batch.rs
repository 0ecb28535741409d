use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use filmlens_api_types::{FamilyInput, FilmToPredict, SensitivityPrediction};
use filmlens_domain::{FieldErrors, Invalid};
use filmlens_inference::Error as ModelError;
use filmlens_web::Problem;
use filmlens_web::extract::{Json, parse_json};
use futures::{Stream, StreamExt, stream};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::error::Error;
use crate::families::{self, Family};
use crate::predict::assess;
use crate::state::AppState;

const MAX_FILMS: usize = 1_000;
/// Films of one request that wait for the model at a time: the queue is everybody's.
const AT_ONCE: usize = 32;
/// How long a film of a batch that has begun waits for room in the queue before it tries again.
const PATIENCE: Duration = Duration::from_millis(20);
const ATTEMPTS: usize = 200;
const NDJSON: &str = "application/x-ndjson";

#[derive(Deserialize, ToSchema)]
pub(crate) struct FilmsToPredict {
    /// Each is as for a single prediction, and may have its own `explain` and `profile`.
    // Of any type, for a film that is none fails alone.
    #[schema(
        value_type = Vec<Value>, min_items = 1, max_items = 1000,
        example = json!([{"movie_id": "tt0068646", "title": "The Godfather", "description": "A crime dynasty."}])
    )]
    films: Vec<Value>,
    /// For all films.
    #[serde(default)]
    explain: Option<bool>,
    /// For the films that have none of their own.
    #[serde(default)]
    profile: Option<FamilyInput>,
    #[serde(default)]
    #[schema(format = Uuid)]
    profile_id: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct PredictedFilms {
    /// In the order of the films.
    results: Vec<FilmResult>,
    predicted: usize,
    failed: usize,
}

/// Either a prediction or the problem of one film.
#[derive(Serialize, ToSchema)]
pub(crate) struct FilmResult {
    /// The film's place in the request, from 0.
    index: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    prediction: Option<SensitivityPrediction>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Problem>, nullable = false)]
    problem: Option<Value>,
}

/// What up to 1,000 films hold, each with its own result or problem.
///
/// With `Accept: application/x-ndjson` each result is a line of its own, sent as soon as it is there.
#[utoipa::path(
    post,
    path = "/api/v1/predict/batch",
    tag = "predictions",
    request_body = FilmsToPredict,
    security((), ("ApiKey" = []), ("Bearer" = [])),
    responses(
        (status = 200, content(
            (PredictedFilms = "application/json"),
            (FilmResult = "application/x-ndjson")
        )),
        (status = 404, description = "The client has no such profile"),
        (status = 503, description = "There is no model")
    )
)]
pub(crate) async fn predict_batch(
    State(state): State<AppState>,
    headers: HeaderMap,
    Json(request): Json<FilmsToPredict>,
) -> Result<Response, Error> {
    let mut errors = FieldErrors::default();
    match request.films.len() {
        0 => errors.add("films", Invalid::Empty),
        1..=MAX_FILMS => {}
        _ => errors.add("films", Invalid::TooMany { max: MAX_FILMS }),
    }
    errors.into_result()?;
    let family = families::find(&state, &headers, request.profile, request.profile_id).await?;
    // Neither a missing model nor an overload is a problem of single films.
    state.classifiers.current()?.model.handle().check_room()?;

    let wants_lines = accepts_lines(&headers);
    let batch = Batch { state, headers, family, explain: request.explain.unwrap_or(false) };
    let results = batch.results(request.films);
    if wants_lines {
        let lines = results.map(|result| Ok::<_, Infallible>(line(&result)));
        return Ok(([(CONTENT_TYPE, NDJSON)], Body::from_stream(lines)).into_response());
    }
    let results: Vec<FilmResult> = results.collect().await;
    let predicted = results.iter().filter(|result| result.prediction.is_some()).count();
    Ok(Json(PredictedFilms { predicted, failed: results.len() - predicted, results }).into_response())
}

/// What the films of a batch share.
struct Batch {
    state: AppState,
    headers: HeaderMap,
    family: Option<Family>,
    explain: bool,
}

impl Batch {
    /// In the order of the films. Whoever stops reading withdraws those that still wait.
    fn results(self, films: Vec<Value>) -> impl Stream<Item = FilmResult> {
        let batch = Arc::new(self);
        let asked = stream::iter(films.into_iter().enumerate()).map(move |(index, film)| {
            let batch = batch.clone();
            async move {
                match batch.predict(film).await {
                    Ok(prediction) => FilmResult { index, prediction: Some(prediction), problem: None },
                    Err(problem) => {
                        FilmResult { index, prediction: None, problem: Some(body(*problem).await) }
                    }
                }
            }
        });
        asked.buffered(AT_ONCE)
    }

    async fn predict(&self, film: Value) -> Result<SensitivityPrediction, Box<Problem>> {
        let mut film = parse_json::<FilmToPredict>(film.to_string().as_bytes())?;
        film.ignore_unusable_extras();
        self.assess(film).await.map_err(|error| Box::new(Problem::from(error)))
    }

    async fn assess(&self, mut film: FilmToPredict) -> Result<SensitivityPrediction, Error> {
        let (described, profile_id) = (film.profile.take(), film.profile_id.take());
        let mut film = film.parse()?;
        film.explain |= self.explain;
        let own = families::find(&self.state, &self.headers, described, profile_id).await?;
        let family = own.as_ref().or(self.family.as_ref());
        for _ in 0..ATTEMPTS {
            match assess(&self.state, film.clone(), family).await {
                Err(Error::Model(ModelError::Saturated { .. })) => tokio::time::sleep(PATIENCE).await,
                other => return other,
            }
        }
        assess(&self.state, film, family).await
    }
}

fn accepts_lines(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT).into_iter().filter_map(|value| value.to_str().ok());
    accepted
        .flat_map(|value| value.split(','))
        .any(|kind| kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(NDJSON)))
}

fn line(result: &FilmResult) -> Bytes {
    let mut line = serde_json::to_vec(result).expect("results are plain text and numbers");
    line.push(b'\n');
    line.into()
}

/// What the problem would be as an answer of its own.
async fn body(problem: Problem) -> Value {
    let body = to_bytes(problem.into_response().into_body(), usize::MAX).await;
    body.ok().and_then(|body| serde_json::from_slice(&body).ok()).unwrap_or_default()
}
