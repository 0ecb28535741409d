use std::time::Duration;

use axum::http::header::WWW_AUTHENTICATE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use filmlens_catalog_store::Error as StoreError;
use filmlens_domain::{FieldErrors, Invalid};
use filmlens_web::Problem;

/// What can go wrong in a request. Statuses and messages are decided in one place, below.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no film has this id")]
    MovieNotFound { id: String },
    #[error("no trigger is kept for this film")]
    TriggerNotFound { movie_id: String },
    #[error("the client has no such profile")]
    ProfileNotFound { id: String },
    #[error("values break their rules")]
    Invalid(#[from] FieldErrors),
    #[error("the request names no valid key")]
    Unauthenticated,
    #[error("the key's role does not allow this")]
    Forbidden { needed: &'static str },
    #[error("the request does not say which version it changes")]
    VersionMissing,
    #[error("somebody else changed it first")]
    VersionOutdated,
    #[error("the catalogue's store failed")]
    Catalog(#[from] StoreError),
    #[error("the store of triggers failed")]
    Triggers(#[source] StoreError),
}

const RETRY_AFTER: Duration = Duration::from_secs(1);

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::MovieNotFound { id } => {
                Self::new(StatusCode::NOT_FOUND, "movie_not_found", format!("Movie not found with id: {id}"))
            }
            Error::TriggerNotFound { movie_id } => Self::new(
                StatusCode::NOT_FOUND,
                "trigger_not_found",
                format!("Movie trigger not found for movie_id: {movie_id}"),
            ),
            Error::ProfileNotFound { id } => Self::new(
                StatusCode::NOT_FOUND,
                "profile_not_found",
                format!("Profile not found with id: {id}"),
            ),
            Error::Invalid(errors) => Self::from(errors),
            Error::Unauthenticated => Self::new(
                StatusCode::UNAUTHORIZED,
                "key_required",
                "This needs an API key that is not revoked, as X-API-Key or as a bearer token.",
            )
            .header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"filmlens\"")),
            Error::Forbidden { needed } => Self::new(
                StatusCode::FORBIDDEN,
                "role_too_low",
                format!("This needs an API key with the role {needed}."),
            ),
            Error::VersionMissing => Self::new(
                StatusCode::PRECONDITION_REQUIRED,
                "if_match_required",
                "Say which version you change: send the ETag that you read as If-Match, or If-Match: * for any.",
            ),
            Error::VersionOutdated => Self::new(
                StatusCode::PRECONDITION_FAILED,
                "version_outdated",
                "It was changed since you read it: read it again and repeat your change.",
            ),
            Error::Catalog(source) => store_problem(source, "Error querying database"),
            Error::Triggers(source) => {
                store_problem(source, "An internal error occurred while querying the database.")
            }
        }
    }
}

fn store_problem(error: StoreError, internal: &'static str) -> Problem {
    match &error {
        StoreError::Duplicate { field } => Problem::new(
            StatusCode::CONFLICT,
            "duplicate_id",
            format!("There is one with this {field} already."),
        ),
        StoreError::ForeignCursor => {
            let mut errors = FieldErrors::default();
            errors.add("cursor", Invalid::Other("belongs to a search with other filters or another order"));
            Problem::from(errors)
        }
        StoreError::Unavailable(_) => {
            unavailable("The catalogue is not available now; try again shortly.", error)
        }
        StoreError::Busy(_) | StoreError::TimedOut(_) => {
            unavailable("The catalogue is too busy to answer now; try again shortly.", error)
        }
        _ => Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", internal).caused_by(error),
    }
}

fn unavailable(detail: &'static str, error: StoreError) -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "catalog_unavailable", detail)
        .retry_after(RETRY_AFTER)
        .caused_by(error)
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}
