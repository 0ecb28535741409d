use axum::extract::path::ErrorKind;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::wording::{field_problem, must_be};
use crate::{FieldProblem, Problem};

/// The parameters of the path as `T`.
#[derive(Debug, Clone, Copy)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        #[expect(clippy::disallowed_types, reason = "this is what stands in for it")]
        let extracted = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        match extracted {
            Ok(path) => Ok(Self(path.0)),
            Err(PathRejection::FailedToDeserializePathParams(error)) => {
                let only_field = only_parameter(parts, state).await;
                Err(refuse(error.into_kind(), only_field))
            }
            Err(other) => Err(Problem::internal(other)),
        }
    }
}

fn refuse(kind: ErrorKind, only_field: String) -> Problem {
    let error = match kind {
        ErrorKind::ParseErrorAtKey { key, expected_type, .. } => {
            FieldProblem { field: key, message: must_be(expected_type) }
        }
        ErrorKind::ParseError { expected_type, .. } => {
            FieldProblem { field: only_field, message: must_be(expected_type) }
        }
        ErrorKind::DeserializeError { key, message, .. } => field_problem(&key, &message),
        ErrorKind::Message(message) => field_problem(&only_field, &message),
        ErrorKind::InvalidUtf8InPathParam { key } => {
            let detail = format!("{key} must be percent-encoded UTF-8");
            return Problem::new(StatusCode::BAD_REQUEST, "malformed_path", detail);
        }
        mismatch => return Problem::internal(mismatch.to_string()),
    };
    Problem::validation(vec![error])
}

/// A lone value is extracted without its name.
async fn only_parameter<S: Send + Sync>(parts: &mut Parts, state: &S) -> String {
    let parameters = RawPathParams::from_request_parts(parts, state).await.ok();
    let last = parameters.as_ref().and_then(|parameters| parameters.iter().last());
    last.map_or_else(|| "path".to_owned(), |(name, _)| name.to_owned())
}
