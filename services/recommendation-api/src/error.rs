use std::time::Duration;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use filmlens_domain::FieldErrors;
use filmlens_web::Problem;
use serde_json::Value;
use tokio::task::JoinError;

/// What can go wrong in a request. Statuses and messages are decided in one place, below.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no film of the model has this id")]
    MovieNotFound { id: i64 },
    #[error("no film of the model has this title")]
    TitleNotFound { title: String, suggestions: Value },
    #[error("no user of the KMeans API has this id")]
    UsuarioNotFound { id: i64 },
    #[error("values break their rules")]
    Invalid(#[from] FieldErrors),
    #[error("the folder of {setting} holds no model that can be used")]
    ModelNotLoaded { setting: &'static str },
    #[error("the model was trained without a method for this")]
    MethodNotTrained { what: &'static str, train: &'static str },
    #[error("too many answers are being computed")]
    Busy,
    #[error("the computation failed")]
    Panicked(#[source] JoinError),
}

/// An answer takes milliseconds.
const WHEN_BUSY: Duration = Duration::from_secs(1);
/// A training, or a copy of its result.
const WHEN_NOT_LOADED: Duration = Duration::from_secs(10);

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::MovieNotFound { id } => {
                Self::new(StatusCode::NOT_FOUND, "movie_not_found", format!("Movie not found with id: {id}"))
            }
            Error::TitleNotFound { title, suggestions } => {
                let detail = format!("La película '{title}' no está en nuestro dataset de prototipo.");
                Self::new(StatusCode::NOT_FOUND, "title_not_found", detail)
                    .extension("suggestions", suggestions)
            }
            Error::UsuarioNotFound { id } => {
                let message = format!("Usuário com ID {id} não encontrado.");
                // The member that the KMeans API's clients read.
                Self::new(StatusCode::NOT_FOUND, "user_not_found", &message).extension("error", message)
            }
            Error::Invalid(errors) => Self::from(errors),
            Error::ModelNotLoaded { setting } => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "model_not_loaded",
                format!(
                    "No model is loaded. Have filmlens-classic train one into the folder that {setting} names; it is \
                     taken up within seconds. If there is one, the log says why it was refused."
                ),
            )
            .retry_after(WHEN_NOT_LOADED),
            Error::MethodNotTrained { what, train } => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "method_not_loaded",
                format!("The model cannot tell {what}. Have filmlens-classic train one with {train}."),
            ),
            Error::Busy => Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "busy",
                "Too many answers are being computed; try again shortly.",
            )
            .retry_after(WHEN_BUSY),
            Error::Panicked(source) => Self::internal(source),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}
