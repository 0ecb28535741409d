use std::time::Duration;

use axum::http::header::WWW_AUTHENTICATE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use filmlens_catalog_store::Error as StoreError;
use filmlens_domain::FieldErrors;
use filmlens_inference::Error as ModelError;
use filmlens_web::Problem;

/// What can go wrong in a request. Statuses and messages are decided in one place, below.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("values break their rules")]
    Invalid(#[from] FieldErrors),
    #[error("the model's folder holds none that can be used")]
    ModelNotLoaded,
    #[error("the model gave no answer")]
    Model(#[from] ModelError),
    #[error("nothing is saved of this film")]
    PredictionNotFound { movie_id: String },
    #[error("the request names no valid key")]
    Unauthenticated,
    #[error("the client has no such profile")]
    ProfileNotFound { id: String },
    #[error("the service is set up without a database")]
    NoDatabase,
    #[error("the store of predictions failed")]
    Store(#[from] StoreError),
}

/// A training, or a copy of its result.
const WHEN_NOT_LOADED: Duration = Duration::from_secs(10);
const WHEN_UNAVAILABLE: Duration = Duration::from_secs(1);

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Invalid(errors) => Self::from(errors),
            Error::ModelNotLoaded => model_not_loaded(),
            Error::Model(source) => model_problem(source),
            Error::PredictionNotFound { movie_id } => Self::new(
                StatusCode::NOT_FOUND,
                "prediction_not_found",
                format!("No prediction found for movie_id: {movie_id}"),
            ),
            Error::Unauthenticated => Self::new(
                StatusCode::UNAUTHORIZED,
                "key_required",
                "A profile_id needs the API key that the profile belongs to, as X-API-Key or as a bearer token.",
            )
            .header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"filmlens\"")),
            Error::ProfileNotFound { id } => Self::new(
                StatusCode::NOT_FOUND,
                "profile_not_found",
                format!("Profile not found with id: {id}"),
            ),
            Error::NoDatabase => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "saving_off",
                "This service is set up without a database (saving.enabled): nothing is saved, no profile is known.",
            ),
            Error::Store(source) => match source {
                StoreError::Unavailable(_) | StoreError::Busy(_) | StoreError::TimedOut(_) => Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "database_unavailable",
                    "The database cannot answer now; try again shortly.",
                )
                .retry_after(WHEN_UNAVAILABLE)
                .caused_by(source),
                _ => Self::internal(source),
            },
        }
    }
}

fn model_problem(error: ModelError) -> Problem {
    match error {
        ModelError::Saturated { retry_after, .. } => Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "busy",
            "Too many predictions are being computed; try again shortly.",
        )
        .retry_after(retry_after),
        ModelError::Starting { .. } | ModelError::Closed { .. } | ModelError::Build { .. } => {
            model_not_loaded().caused_by(error)
        }
        _ => Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "prediction_failed",
            "Fallo en prediccion: el modelo no pudo responder.",
        )
        .caused_by(error),
    }
}

fn model_not_loaded() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "model_not_loaded",
        "Modelo no cargado. Revisar logs del servidor.",
    )
    .retry_after(WHEN_NOT_LOADED)
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}
