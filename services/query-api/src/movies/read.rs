use axum::extract::State;
use axum::response::Response;
use filmlens_api_types::Movie;
use filmlens_web::extract::Path;

use super::{get_film, wire};
use crate::error::Error;
use crate::etag::IfNoneMatch;
use crate::state::AppState;

/// A film, by its IMDb id (tt0068646), TMDB id (238) or MovieLens id (ml858).
#[utoipa::path(
    get,
    path = "/api/v1/movies/{movie_id}",
    tag = "movies",
    params(
        ("movie_id" = String, Path, example = "tt0068646"),
        IfNoneMatch
    ),
    responses(
        (status = 200, body = Movie, headers(("ETag" = String, description = "The version of the film"))),
        (status = 304, description = "You have this version"),
        (status = 404, description = "No film has this id")
    )
)]
pub(crate) async fn get_movie(
    State(state): State<AppState>,
    Path(movie_id): Path<String>,
    known: IfNoneMatch,
) -> Result<Response, Error> {
    let film = get_film(&state, &movie_id).await?;
    Ok(known.answer(&wire::etag(&film), wire::movie(film)))
}
