use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use filmlens_api_types::{Movie, MovieInput};
use filmlens_catalog_store::FilmRow;
use filmlens_domain::{Film, FilmRef};
use filmlens_web::extract::{Json, Path};
use serde_json::{Map, Value};

use super::{get_film, wire};
use crate::auth::Editor;
use crate::error::Error;
use crate::etag::IfMatch;
use crate::merge_patch;
use crate::patch_schema::MoviePatch;
use crate::state::AppState;

/// Adds a film to the catalogue.
#[utoipa::path(
    post,
    path = "/api/v1/movies",
    tag = "movies",
    request_body = MovieInput,
    security(("ApiKey" = []), ("Bearer" = [])),
    responses(
        (status = 201, body = Movie, headers(("ETag" = String), ("Location" = String))),
        (status = 409, description = "Another film has one of the ids")
    )
)]
pub(crate) async fn create_movie(
    State(state): State<AppState>,
    _: Editor,
    Json(input): Json<MovieInput>,
) -> Result<Response, Error> {
    let film = input.parse()?;
    let row = state.store.create_film(&film).await?;
    let location = format!("/api/v1/movies/{}", FilmRef::from(&film.ids));
    Ok((StatusCode::CREATED, [(LOCATION, location)], with_etag(row)).into_response())
}

/// Replaces all that is known of a film.
#[utoipa::path(
    put,
    path = "/api/v1/movies/{movie_id}",
    tag = "movies",
    params(("movie_id" = String, Path, example = "tt0068646"), IfMatch),
    request_body = MovieInput,
    security(("ApiKey" = []), ("Bearer" = [])),
    responses(
        (status = 200, body = Movie, headers(("ETag" = String))),
        (status = 404, description = "No film has this id"),
        (status = 409, description = "Another film has one of the ids")
    )
)]
pub(crate) async fn replace_movie(
    State(state): State<AppState>,
    _: Editor,
    if_match: IfMatch,
    Path(movie_id): Path<String>,
    Json(input): Json<MovieInput>,
) -> Result<Response, Error> {
    let film = input.parse()?;
    let current = get_film(&state, &movie_id).await?;
    replace(&state, &if_match, &current, &film).await
}

/// Changes some of what is known of a film: a JSON merge patch, in which `null` clears a field.
#[utoipa::path(
    patch,
    path = "/api/v1/movies/{movie_id}",
    tag = "movies",
    params(("movie_id" = String, Path, example = "tt0068646"), IfMatch),
    request_body(content = MoviePatch, content_type = "application/merge-patch+json", example = json!({"certificate": "R"})),
    security(("ApiKey" = []), ("Bearer" = [])),
    responses(
        (status = 200, body = Movie, headers(("ETag" = String))),
        (status = 404, description = "No film has this id"),
        (status = 409, description = "Another film has one of the ids")
    )
)]
pub(crate) async fn patch_movie(
    State(state): State<AppState>,
    _: Editor,
    if_match: IfMatch,
    Path(movie_id): Path<String>,
    Json(patch): Json<Map<String, Value>>,
) -> Result<Response, Error> {
    let current = get_film(&state, &movie_id).await?;
    let input = merge_patch::apply(MovieInput::from(wire::movie(current.clone())), patch)?;
    replace(&state, &if_match, &current, &input.parse()?).await
}

/// Takes a film out of the catalogue.
#[utoipa::path(
    delete,
    path = "/api/v1/movies/{movie_id}",
    tag = "movies",
    params(("movie_id" = String, Path, example = "tt0068646"), IfMatch),
    security(("ApiKey" = []), ("Bearer" = [])),
    responses(
        (status = 204, description = "It is gone"),
        (status = 404, description = "No film has this id")
    )
)]
pub(crate) async fn delete_movie(
    State(state): State<AppState>,
    _: Editor,
    if_match: IfMatch,
    Path(movie_id): Path<String>,
) -> Result<StatusCode, Error> {
    let current = get_film(&state, &movie_id).await?;
    if_match.check(&wire::etag(&current))?;
    if state.store.delete_film(current.id, current.version()).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Error::VersionOutdated)
    }
}

async fn replace(
    state: &AppState,
    if_match: &IfMatch,
    current: &FilmRow,
    film: &Film,
) -> Result<Response, Error> {
    if_match.check(&wire::etag(current))?;
    let replaced = state.store.replace_film(current.id, current.version(), film).await?;
    replaced.map(with_etag).ok_or(Error::VersionOutdated)
}

fn with_etag(row: FilmRow) -> Response {
    ([wire::etag(&row).header()], Json(wire::movie(row))).into_response()
}
