use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use filmlens_api_types::{FamilyProfile, FamilyProfileInput, Page};
use filmlens_catalog_store::ProfileRow;
use filmlens_domain::{FieldErrors, Text};
use filmlens_web::extract::{Json, Path, Query};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::IntoParams;
use uuid::Uuid;

use crate::auth::Client;
use crate::error::Error;
use crate::etag::{ETag, IfMatch, IfNoneMatch};
use crate::merge_patch;
use crate::paging::PageParams;
use crate::patch_schema::FamilyProfilePatch;
use crate::state::AppState;

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ProfileParams {
    /// Only those of this user.
    #[param(min_length = 1, max_length = 50, pattern = "^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$")]
    user_id: Option<String>,
}

/// The family profiles that the client keeps, the oldest first. An admin sees those of all clients.
#[utoipa::path(
    get,
    path = "/api/v1/profiles",
    tag = "profiles",
    params(ProfileParams, PageParams),
    security(("ApiKey" = []), ("Bearer" = [])),
    responses((status = 200, body = Page<FamilyProfile>))
)]
pub(crate) async fn list_profiles(
    State(state): State<AppState>,
    client: Client,
    Query(params): Query<ProfileParams>,
    Query(paging): Query<PageParams>,
) -> Result<Json<Page<FamilyProfile>>, Error> {
    let mut errors = FieldErrors::default();
    let (page, limit) = paging.parse(&mut errors);
    let user_id = errors.check_some("user_id", params.user_id, Text::<50>::parse);
    errors.into_result()?;
    let user_id = user_id.as_ref().map(Text::as_str);
    let (rows, total) = state.store.list_profiles(client.profiles(), user_id, page, limit).await?;
    Ok(Json(Page::new(page, limit, total, rows.into_iter().map(profile).collect())))
}

/// Keeps the profile of a family: who watches, how much of each category they accept, which genres they don't want.
#[utoipa::path(
    post,
    path = "/api/v1/profiles",
    tag = "profiles",
    request_body = FamilyProfileInput,
    security(("ApiKey" = []), ("Bearer" = [])),
    responses(
        (status = 201, body = FamilyProfile, headers(("ETag" = String), ("Location" = String)))
    )
)]
pub(crate) async fn create_profile(
    State(state): State<AppState>,
    client: Client,
    Json(input): Json<FamilyProfileInput>,
) -> Result<Response, Error> {
    let (user_id, parsed) = input.parse()?;
    let user_id = user_id.as_ref().map(Text::as_str);
    let row = state.store.create_profile(client.id(), user_id, &parsed).await?;
    let location = format!("/api/v1/profiles/{}", row.id);
    Ok((StatusCode::CREATED, [(LOCATION, location)], with_etag(row)).into_response())
}

/// A family profile of the client's.
#[utoipa::path(
    get,
    path = "/api/v1/profiles/{profile_id}",
    tag = "profiles",
    params(
        ("profile_id" = Uuid, Path),
        IfNoneMatch
    ),
    security(("ApiKey" = []), ("Bearer" = [])),
    responses(
        (status = 200, body = FamilyProfile, headers(("ETag" = String))),
        (status = 304, description = "You have this version"),
        (status = 404, description = "The client has no such profile")
    )
)]
pub(crate) async fn get_profile(
    State(state): State<AppState>,
    client: Client,
    Path(profile_id): Path<String>,
    known: IfNoneMatch,
) -> Result<Response, Error> {
    let row = find(&state, &client, profile_id).await?;
    Ok(known.answer(&etag(&row), profile(row)))
}

/// Replaces a family profile.
#[utoipa::path(
    put,
    path = "/api/v1/profiles/{profile_id}",
    tag = "profiles",
    params(("profile_id" = Uuid, Path), IfMatch),
    request_body = FamilyProfileInput,
    security(("ApiKey" = []), ("Bearer" = [])),
    responses(
        (status = 200, body = FamilyProfile, headers(("ETag" = String))),
        (status = 404, description = "The client has no such profile")
    )
)]
pub(crate) async fn replace_profile(
    State(state): State<AppState>,
    client: Client,
    if_match: IfMatch,
    Path(profile_id): Path<String>,
    Json(input): Json<FamilyProfileInput>,
) -> Result<Response, Error> {
    let current = find(&state, &client, profile_id).await?;
    replace(&state, &client, &if_match, &current, input).await
}

/// Changes some of a family profile: a JSON merge patch, in which `null` gives a limit back to the age's default.
#[utoipa::path(
    patch,
    path = "/api/v1/profiles/{profile_id}",
    tag = "profiles",
    params(("profile_id" = Uuid, Path), IfMatch),
    request_body(
        content = FamilyProfilePatch,
        content_type = "application/merge-patch+json",
        example = json!({"limits": {"violencia": "moderado"}})
    ),
    security(("ApiKey" = []), ("Bearer" = [])),
    responses(
        (status = 200, body = FamilyProfile, headers(("ETag" = String))),
        (status = 404, description = "The client has no such profile")
    )
)]
pub(crate) async fn patch_profile(
    State(state): State<AppState>,
    client: Client,
    if_match: IfMatch,
    Path(profile_id): Path<String>,
    Json(patch): Json<Map<String, Value>>,
) -> Result<Response, Error> {
    let current = find(&state, &client, profile_id).await?;
    let input = merge_patch::apply(FamilyProfileInput::from(profile(current.clone())), patch)?;
    replace(&state, &client, &if_match, &current, input).await
}

/// Forgets a family profile.
#[utoipa::path(
    delete,
    path = "/api/v1/profiles/{profile_id}",
    tag = "profiles",
    params(("profile_id" = Uuid, Path), IfMatch),
    security(("ApiKey" = []), ("Bearer" = [])),
    responses(
        (status = 204, description = "It is gone"),
        (status = 404, description = "The client has no such profile")
    )
)]
pub(crate) async fn delete_profile(
    State(state): State<AppState>,
    client: Client,
    if_match: IfMatch,
    Path(profile_id): Path<String>,
) -> Result<StatusCode, Error> {
    let current = find(&state, &client, profile_id).await?;
    if_match.check(&etag(&current))?;
    let is_gone = state.store.delete_profile(client.profiles(), current.id, current.version()).await?;
    if is_gone { Ok(StatusCode::NO_CONTENT) } else { Err(Error::VersionOutdated) }
}

async fn find(state: &AppState, client: &Client, id: String) -> Result<ProfileRow, Error> {
    let row = match id.parse::<Uuid>() {
        Ok(id) => state.store.find_profile(client.profiles(), id).await?,
        Err(_) => None,
    };
    row.ok_or(Error::ProfileNotFound { id })
}

async fn replace(
    state: &AppState,
    client: &Client,
    if_match: &IfMatch,
    current: &ProfileRow,
    input: FamilyProfileInput,
) -> Result<Response, Error> {
    let (user_id, parsed) = input.parse()?;
    if_match.check(&etag(current))?;
    let user_id = user_id.as_ref().map(Text::as_str);
    let replaced = state
        .store
        .replace_profile(client.profiles(), current.id, current.version(), user_id, &parsed)
        .await?;
    replaced.map(with_etag).ok_or(Error::VersionOutdated)
}

fn profile(row: ProfileRow) -> FamilyProfile {
    FamilyProfile {
        id: row.id,
        user_id: row.user_id,
        name: row.name,
        age: row.age,
        limits: row.limits.into(),
        blocked_genres: row.blocked_genres,
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}

fn etag(row: &ProfileRow) -> ETag {
    ETag::new(row.id.simple(), row.version())
}

fn with_etag(row: ProfileRow) -> Response {
    ([etag(&row).header()], Json(profile(row))).into_response()
}
