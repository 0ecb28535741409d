use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use filmlens_api_types::{Trigger, TriggerInput};
use filmlens_catalog_store::{NewTrigger, TriggerRow};
use filmlens_domain::{Category, Description, FieldErrors, Text, Title};
use filmlens_web::extract::{Json, Path};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use super::{etag, find, trigger};
use crate::auth::Editor;
use crate::error::Error;
use crate::etag::IfMatch;
use crate::merge_patch;
use crate::patch_schema::TriggerPatch;
use crate::state::AppState;

/// A movie_id is any text; in a path it must stay one segment.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Adds what somebody found in a film.
#[utoipa::path(
    post,
    path = "/api/v1/triggers",
    tag = "triggers",
    request_body = TriggerInput,
    security(("ApiKey" = []), ("Bearer" = [])),
    responses(
        (status = 201, body = Trigger, headers(("ETag" = String), ("Location" = String))),
        (status = 409, description = "There is one for this film already")
    )
)]
pub(crate) async fn create_trigger(
    State(state): State<AppState>,
    _: Editor,
    Json(input): Json<TriggerInput>,
) -> Result<Response, Error> {
    let new = parse(input)?;
    let row = state.store.create_trigger(&new).await.map_err(Error::Triggers)?;
    let location = format!("/api/v1/triggers/{}", utf8_percent_encode(&new.movie_id, SEGMENT));
    Ok((StatusCode::CREATED, [(LOCATION, location)], with_etag(row)).into_response())
}

/// Replaces what was found in a film.
#[utoipa::path(
    put,
    path = "/api/v1/triggers/{movie_id}",
    tag = "triggers",
    params(("movie_id" = String, Path, example = "tt0068646"), IfMatch),
    request_body = TriggerInput,
    security(("ApiKey" = []), ("Bearer" = [])),
    responses(
        (status = 200, body = Trigger, headers(("ETag" = String))),
        (status = 404, description = "Nothing is kept for this film")
    )
)]
pub(crate) async fn replace_trigger(
    State(state): State<AppState>,
    _: Editor,
    if_match: IfMatch,
    Path(movie_id): Path<String>,
    Json(input): Json<TriggerInput>,
) -> Result<Response, Error> {
    let new = parse(input)?;
    let current = find(&state, movie_id).await?;
    replace(&state, &if_match, &current, new).await
}

/// Changes some of what was found in a film: a JSON merge patch of the body of a PUT.
#[utoipa::path(
    patch,
    path = "/api/v1/triggers/{movie_id}",
    tag = "triggers",
    params(("movie_id" = String, Path, example = "tt0068646"), IfMatch),
    request_body(
        content = TriggerPatch,
        content_type = "application/merge-patch+json",
        example = json!({"violencia": {"nivel": "moderado"}})
    ),
    security(("ApiKey" = []), ("Bearer" = [])),
    responses(
        (status = 200, body = Trigger, headers(("ETag" = String))),
        (status = 404, description = "Nothing is kept for this film")
    )
)]
pub(crate) async fn patch_trigger(
    State(state): State<AppState>,
    _: Editor,
    if_match: IfMatch,
    Path(movie_id): Path<String>,
    Json(patch): Json<Map<String, Value>>,
) -> Result<Response, Error> {
    let current = find(&state, movie_id).await?;
    let patch = without_old_evidence(patch);
    let input = merge_patch::apply(TriggerInput::from(trigger(current.clone())), patch)?;
    let new = NewTrigger { processing_time_ms: current.processing_time_ms, ..parse(input)? };
    replace(&state, &if_match, &current, new).await
}

/// Forgets what was found in a film.
#[utoipa::path(
    delete,
    path = "/api/v1/triggers/{movie_id}",
    tag = "triggers",
    params(("movie_id" = String, Path, example = "tt0068646"), IfMatch),
    security(("ApiKey" = []), ("Bearer" = [])),
    responses(
        (status = 204, description = "It is gone"),
        (status = 404, description = "Nothing is kept for this film")
    )
)]
pub(crate) async fn delete_trigger(
    State(state): State<AppState>,
    _: Editor,
    if_match: IfMatch,
    Path(movie_id): Path<String>,
) -> Result<StatusCode, Error> {
    let current = find(&state, movie_id).await?;
    if_match.check(&etag(&current))?;
    let is_gone =
        state.store.delete_trigger(&current.movie_id, current.version()).await.map_err(Error::Triggers)?;
    if is_gone { Ok(StatusCode::NO_CONTENT) } else { Err(Error::VersionOutdated) }
}

async fn replace(
    state: &AppState,
    if_match: &IfMatch,
    current: &TriggerRow,
    mut new: NewTrigger,
) -> Result<Response, Error> {
    if_match.check(&etag(current))?;
    // A trigger stays with its film: the path says which.
    new.movie_id.clone_from(&current.movie_id);
    let replaced = state.store.replace_trigger(current, &new).await.map_err(Error::Triggers)?;
    replaced.map(with_etag).ok_or(Error::VersionOutdated)
}

/// Probabilities and doubts belong to the level that was found: where the patch sets another level and brings none of its own,
/// the old ones must go.
fn without_old_evidence(mut patch: Map<String, Value>) -> Map<String, Value> {
    for category in Category::ALL {
        let Some(Value::Object(changed)) = patch.get_mut(category.as_str()) else { continue };
        if changed.contains_key("nivel") {
            for evidence in ["probabilidad", "probabilidades_todas", "incierto"] {
                changed.entry(evidence).or_insert(Value::Null);
            }
        }
    }
    patch
}

fn parse(input: TriggerInput) -> Result<NewTrigger, FieldErrors> {
    let (readings, uncertain) = (input.readings(), input.uncertain());
    let mut errors = FieldErrors::default();
    let movie_id = errors.check("movie_id", Text::<50>::parse(input.movie_id));
    let title = errors.check("title", Title::parse(input.title));
    let description = errors.check_some("description", input.description, Description::parse);
    let model_version = errors.check_some("model_version", input.model_version, Text::<50>::parse);
    let (Some(movie_id), Some(title)) = (movie_id, title) else { return Err(errors) };
    errors.into_result()?;
    Ok(NewTrigger {
        movie_id: movie_id.into_string(),
        title: title.into_string(),
        description: description.map(Text::into_string),
        readings: readings?,
        uncertain,
        model_version: model_version.map(Text::into_string),
        processing_time_ms: None,
    })
}

fn with_etag(row: TriggerRow) -> Response {
    ([etag(&row).header()], Json(trigger(row))).into_response()
}
