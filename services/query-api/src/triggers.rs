use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use filmlens_api_types::{Page, Trigger, TriggerInput};
use filmlens_catalog_store::{NewTrigger, TriggerFilter, TriggerRow};
use filmlens_domain::{Description, FieldErrors, PerCategory, Text, Title};
use filmlens_web::extract::{Json, Path, Query};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::IntoParams;

use crate::auth::Editor;
use crate::error::Error;
use crate::etag::{ETag, IfMatch, IfNoneMatch};
use crate::merge_patch;
use crate::paging::PageParams;
use crate::state::AppState;

/// Which triggers are meant. `has_*=true` is any level but `sin_contenido`, `false` is that level alone.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TriggerParams {
    #[param(max_length = 50)]
    movie_id: Option<String>,
    has_violence: Option<bool>,
    has_sexual_content: Option<bool>,
    has_substance_abuse: Option<bool>,
    has_suicide: Option<bool>,
    has_strong_language: Option<bool>,
}

/// What was found in films, the oldest finding first.
#[utoipa::path(
    get,
    path = "/api/v1/triggers",
    tag = "triggers",
    params(TriggerParams, PageParams),
    responses((status = 200, body = Page<Trigger>))
)]
pub(crate) async fn list_triggers(
    State(state): State<AppState>,
    Query(params): Query<TriggerParams>,
    Query(paging): Query<PageParams>,
) -> Result<Json<Page<Trigger>>, Error> {
    let mut errors = FieldErrors::default();
    let (page, limit) = paging.parse(&mut errors);
    let filter = params.parse(&mut errors);
    errors.into_result()?;
    let (rows, total) = state.store.list_triggers(&filter, page, limit).await.map_err(Error::Triggers)?;
    Ok(Json(Page::new(page, limit, total, rows.into_iter().map(trigger).collect())))
}

/// What was found in a film.
#[utoipa::path(
    get,
    path = "/api/v1/triggers/{movie_id}",
    tag = "triggers",
    params(
        ("movie_id" = String, Path, example = "tt0068646"),
        ("If-None-Match" = Option<String>, Header, description = "An ETag that you have: 304 if it is still that")
    ),
    responses(
        (status = 200, body = Trigger, headers(("ETag" = String))),
        (status = 304, description = "You have this version"),
        (status = 404, description = "Nothing is kept for this film")
    )
)]
pub(crate) async fn get_trigger(
    State(state): State<AppState>,
    Path(movie_id): Path<String>,
    known: IfNoneMatch,
) -> Result<Response, Error> {
    let row = find(&state, movie_id).await?;
    Ok(known.answer(&etag(&row), trigger(row)))
}

/// Adds what somebody found in a film.
#[utoipa::path(
    post,
    path = "/api/v1/triggers",
    tag = "triggers",
    request_body = TriggerInput,
    security(("ApiKey" = []), ("Bearer" = [])),
    responses(
        (status = 201, body = Trigger, headers(("ETag" = String), ("Location" = String))),
        (status = 401, description = "No valid key"),
        (status = 403, description = "The key's role is not editor"),
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
    let location = format!("/api/v1/triggers/{}", new.movie_id);
    Ok((StatusCode::CREATED, [(LOCATION, location)], with_etag(row)).into_response())
}

/// Replaces what was found in a film.
#[utoipa::path(
    put,
    path = "/api/v1/triggers/{movie_id}",
    tag = "triggers",
    params(("movie_id" = String, Path, example = "tt0068646"), ("If-Match" = String, Header)),
    request_body = TriggerInput,
    security(("ApiKey" = []), ("Bearer" = [])),
    responses(
        (status = 200, body = Trigger, headers(("ETag" = String))),
        (status = 401, description = "No valid key"),
        (status = 403, description = "The key's role is not editor"),
        (status = 404, description = "Nothing is kept for this film"),
        (status = 412, description = "Somebody else changed it first"),
        (status = 428, description = "If-Match is missing")
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
    params(("movie_id" = String, Path, example = "tt0068646"), ("If-Match" = String, Header)),
    request_body(
        content = Object,
        content_type = "application/merge-patch+json",
        example = json!({"violencia": {"nivel": "moderado"}})
    ),
    security(("ApiKey" = []), ("Bearer" = [])),
    responses(
        (status = 200, body = Trigger, headers(("ETag" = String))),
        (status = 401, description = "No valid key"),
        (status = 403, description = "The key's role is not editor"),
        (status = 404, description = "Nothing is kept for this film"),
        (status = 412, description = "Somebody else changed it first"),
        (status = 428, description = "If-Match is missing")
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
    let input = merge_patch::apply(TriggerInput::from(trigger(current.clone())), patch)?;
    replace(&state, &if_match, &current, parse(input)?).await
}

/// Forgets what was found in a film.
#[utoipa::path(
    delete,
    path = "/api/v1/triggers/{movie_id}",
    tag = "triggers",
    params(("movie_id" = String, Path, example = "tt0068646"), ("If-Match" = String, Header)),
    security(("ApiKey" = []), ("Bearer" = [])),
    responses(
        (status = 204, description = "It is gone"),
        (status = 401, description = "No valid key"),
        (status = 403, description = "The key's role is not editor"),
        (status = 404, description = "Nothing is kept for this film"),
        (status = 412, description = "Somebody else changed it first"),
        (status = 428, description = "If-Match is missing")
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

impl TriggerParams {
    fn parse(self, errors: &mut FieldErrors) -> TriggerFilter {
        let movie_id = errors.check_some("movie_id", self.movie_id, Text::<50>::parse);
        TriggerFilter {
            movie_id: movie_id.map(Text::into_string),
            holds: PerCategory {
                violencia: self.has_violence,
                sexualidad: self.has_sexual_content,
                drogas: self.has_substance_abuse,
                lenguaje_fuerte: self.has_strong_language,
                suicidio: self.has_suicide,
            },
        }
    }
}

async fn find(state: &AppState, movie_id: String) -> Result<TriggerRow, Error> {
    // What cannot be stored cannot be asked for either: a NUL would be an error of Postgres.
    let row = match Text::<50>::parse(&movie_id) {
        Ok(id) => state.store.find_trigger(id.as_str()).await.map_err(Error::Triggers)?,
        Err(_) => None,
    };
    row.ok_or(Error::TriggerNotFound { movie_id })
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
    let replaced = state.store.replace_trigger(current.version(), &new).await.map_err(Error::Triggers)?;
    replaced.map(with_etag).ok_or(Error::VersionOutdated)
}

fn parse(input: TriggerInput) -> Result<NewTrigger, FieldErrors> {
    let readings = input.readings();
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
        model_version: model_version.map(Text::into_string),
        processing_time_ms: None,
    })
}

fn trigger(row: TriggerRow) -> Trigger {
    Trigger::new(
        row.id,
        row.movie_id,
        row.title,
        row.description,
        row.detected_at,
        &row.readings,
        row.model_version,
        row.processing_time_ms,
    )
}

fn etag(row: &TriggerRow) -> ETag {
    ETag::new(row.id, row.version())
}

fn with_etag(row: TriggerRow) -> Response {
    ([etag(&row).header()], Json(trigger(row))).into_response()
}
