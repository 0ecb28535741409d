use axum::extract::State;
use axum::response::Response;
use filmlens_api_types::{CategoryPrediction, SensitivityPrediction};
use filmlens_catalog_store::{MadePrediction, TriggerRow};
use filmlens_domain::{PerCategory, Text};
use filmlens_web::extract::{Path, Query};
use serde_json::Value;

use crate::answers::{self, Origin};
use crate::error::Error;
use crate::format::{AnyShape, FormatParams};
use crate::state::AppState;

/// What is kept of a film: the latest prediction, or the levels that a person set.
#[utoipa::path(
    get,
    path = "/api/v1/predict/{movie_id}",
    tag = "predictions",
    params(("movie_id" = String, Path, example = "tt0068646"), FormatParams),
    responses(
        (status = 200, body = inline(AnyShape)),
        (status = 404, description = "Nothing is kept of this film")
    )
)]
pub(crate) async fn get_saved_prediction(
    State(state): State<AppState>,
    Path(movie_id): Path<String>,
    Query(params): Query<FormatParams>,
) -> Result<Response, Error> {
    let found = find(&state, &movie_id).await?;
    let prediction = found.ok_or(Error::PredictionNotFound { movie_id })?;
    Ok(params.format().answer(prediction, true))
}

async fn find(state: &AppState, movie_id: &str) -> Result<Option<SensitivityPrediction>, Error> {
    let store = state.store.as_ref().ok_or(Error::NoDatabase)?;
    // What cannot be stored cannot be asked for either: a NUL would be an error of Postgres.
    let Ok(id) = Text::<50>::parse(movie_id) else { return Ok(None) };
    // Before the database is asked: what is written meanwhile is found there.
    let waiting = state.saving.find(id.as_str());
    let row = match store.find_trigger(id.as_str()).await {
        Ok(row) => row,
        Err(error) => match waiting {
            Some(waiting) => return Ok(still_waiting(&waiting)),
            None => return Err(error.into()),
        },
    };
    match (row, waiting) {
        (Some(row), waiting) => {
            let newer =
                waiting.filter(|made| !row.is_set_by_a_person() && made.predicted_at > row.detected_at);
            match newer {
                Some(made) => Ok(still_waiting(&made)),
                None => Ok(Some(kept(row))),
            }
        }
        (None, Some(made)) => Ok(still_waiting(&made)),
        (None, None) => Ok(None),
    }
}

fn kept(row: TriggerRow) -> SensitivityPrediction {
    let categories = PerCategory::from_fn(|category| {
        answers::read(row.readings.get(category), *row.uncertain.get(category))
    });
    let origin = Origin {
        movie_id: row.movie_id,
        title: row.title,
        model_version: row.model_version,
        predicted_at: row.detected_at,
        processing_time_ms: row.processing_time_ms,
    };
    answers::prediction(origin, categories)
}

fn still_waiting(made: &MadePrediction) -> Option<SensitivityPrediction> {
    let origin = Origin {
        movie_id: made.movie_id.clone(),
        title: made.title.clone(),
        model_version: Some(made.model_version.clone()),
        predicted_at: made.predicted_at,
        processing_time_ms: Some(made.processing_time_ms),
    };
    Some(answers::prediction(origin, levels(&made.levels)?))
}

fn levels(levels: &Value) -> Option<PerCategory<CategoryPrediction>> {
    serde_json::from_value(levels.clone()).ok()
}
