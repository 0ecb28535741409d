use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::de::{self, DeserializeOwned, Deserializer, Visitor};
use serde::{Serialize, forward_to_deserialize_any};
use serde_json::error::Category;

use super::wording::field_problem;
use crate::Problem;

/// A JSON body, of a request or of a response.
#[derive(Debug, Clone, Copy)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported_media_type",
                "the body must be sent with content-type: application/json",
            ));
        }
        let body = Bytes::from_request(request, state).await.map_err(unread)?;
        parse_json(&body).map(Self)
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let essence = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

fn unread(rejection: BytesRejection) -> Problem {
    match rejection {
        BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => too_large(),
        _ => Problem::new(StatusCode::BAD_REQUEST, "unreadable_body", "the body did not arrive whole"),
    }
}

pub(crate) fn too_large() -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "body_too_large",
        "the body is larger than this server accepts",
    )
}

/// Reads JSON as the body of a request is read.
pub fn parse_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    // serde would take a list as the fields of a struct in their order.
    if body.trim_ascii_start().first() == Some(&b'[') && is_struct::<T>() {
        return Err(Problem::validation(vec![field_problem("", "invalid type: sequence, expected a map")]));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let parsed = serde_path_to_error::deserialize(&mut deserializer);
    let value = parsed.map_err(|error| match error.inner().classify() {
        Category::Data => {
            let problem = field_problem(&error.path().to_string(), &error.inner().to_string());
            Problem::validation(vec![problem])
        }
        Category::Syntax | Category::Eof | Category::Io => malformed(error.inner()),
    })?;
    deserializer.end().map_err(|error| malformed(&error))?;
    Ok(value)
}

fn is_struct<T: DeserializeOwned>() -> bool {
    T::deserialize(StructProbe).is_err_and(|asked| asked == Asked::Struct)
}

/// Holds no value: its error tells what was asked of it.
struct StructProbe;

#[derive(Debug, PartialEq, thiserror::Error)]
#[error("{self:?}")]
enum Asked {
    Struct,
    Else,
}

impl de::Error for Asked {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self::Else
    }
}

impl<'de> Deserializer<'de> for StructProbe {
    type Error = Asked;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Asked> {
        Err(Asked::Else)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Asked> {
        Err(Asked::Struct)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

fn malformed(error: &serde_json::Error) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "malformed_json", format!("the body is not JSON: {error}"))
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}
