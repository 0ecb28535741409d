use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error};

use super::wording::field_problem;
use crate::Problem;

/// The query string as `T`. A repeated key becomes a list, and an empty `Option` of a number or a boolean is `None`,
/// as browsers send the fields of a form that were left empty. Numbers within `#[serde(flatten)]` do not work:
/// serde then forgets that everything here is text.
#[derive(Debug, Clone, Copy)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        if !is_well_encoded(query) {
            return Err(Problem::new(
                StatusCode::BAD_REQUEST,
                "malformed_query",
                "the query string must be percent-encoded UTF-8",
            ));
        }
        let deserializer = serde_html_form::Deserializer::from_bytes(query.as_bytes());
        serde_path_to_error::deserialize(deserializer).map(Query).map_err(|error| {
            let problem = field_problem(&error.path().to_string(), &error.inner().to_string());
            Problem::validation(vec![problem])
        })
    }
}

/// The form decoder would replace what it cannot decode, and so search for something else than was asked.
fn is_well_encoded(query: &str) -> bool {
    if !query.contains('%') {
        return true;
    }
    let digits_follow = query.split('%').skip(1).all(|rest| {
        let rest = rest.as_bytes();
        rest.len() >= 2 && rest[..2].iter().all(u8::is_ascii_hexdigit)
    });
    digits_follow && percent_decode_str(query).decode_utf8().is_ok()
}

/// For `#[serde(default, deserialize_with = "…")]`: every spelling of a boolean that the replaced services took, the
/// `True` of Python clients among them.
pub fn lenient_bool<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    let text = String::deserialize(deserializer)?;
    match text.to_ascii_lowercase().as_str() {
        "" => Ok(None),
        "true" | "1" | "yes" | "on" | "t" | "y" => Ok(Some(true)),
        "false" | "0" | "no" | "off" | "f" | "n" => Ok(Some(false)),
        _ => Err(D::Error::custom("must be true or false")),
    }
}
