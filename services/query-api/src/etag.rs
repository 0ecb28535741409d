use std::fmt::Display;

use axum::extract::FromRequestParts;
use axum::http::header::{ETAG, IF_MATCH, IF_NONE_MATCH};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use filmlens_catalog_store::Version;
use filmlens_web::extract::Json;
use serde::Serialize;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::{ObjectBuilder, Required, Type};

use crate::error::Error;

/// The ETag of a row. The row's own id is part of it: a row that is deleted and made again starts its versions anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ETag(String);

impl ETag {
    pub fn new(id: impl Display, version: Version) -> Self {
        Self(format!("\"{id}.{}\"", version.0))
    }

    pub fn header(&self) -> (HeaderName, HeaderValue) {
        let value = HeaderValue::from_str(&self.0).expect("ids and versions are plain ASCII");
        (ETAG, value)
    }
}

/// The versions that a request is willing to change: it has to say.
pub struct IfMatch(Vec<String>);

impl IfMatch {
    pub fn check(&self, current: &ETag) -> Result<(), Error> {
        let matches = self.0.iter().any(|tag| tag == "*" || *tag == current.0);
        if matches { Ok(()) } else { Err(Error::VersionOutdated) }
    }
}

impl IntoParams for IfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        // As RFC 9110 writes a list of ETags.
        const TAGS: &str = r#"^(\*|(W/)?"[!#-~]*"( *, *(W/)?"[!#-~]*")*)$"#;
        let schema = ObjectBuilder::new().schema_type(Type::String).pattern(Some(TAGS));
        let description = "The ETag of the version that you change; `*` for any";
        vec![parameter("If-Match", Required::True, description, schema)]
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let tags = tags(&parts.headers, IF_MATCH);
        if tags.is_empty() { Err(Error::VersionMissing) } else { Ok(Self(tags)) }
    }
}

/// The versions that a client has already: for those it wants no body.
pub struct IfNoneMatch(Vec<String>);

impl IntoParams for IfNoneMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let description = "An ETag that you have: 304 if it is still that";
        let schema = ObjectBuilder::new().schema_type(Type::String);
        vec![parameter("If-None-Match", Required::False, description, schema)]
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(tags(&parts.headers, IF_NONE_MATCH)))
    }
}

impl IfNoneMatch {
    /// The value with its ETag, or 304 where the client has it.
    pub fn answer<T: Serialize>(&self, etag: &ETag, value: T) -> Response {
        let is_known = self.0.iter().any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag.0);
        if is_known {
            (StatusCode::NOT_MODIFIED, [etag.header()]).into_response()
        } else {
            ([etag.header()], Json(value)).into_response()
        }
    }
}

fn parameter(name: &str, required: Required, description: &str, schema: ObjectBuilder) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(required)
        .description(Some(description))
        .schema(Some(schema))
        .build()
}

fn tags(headers: &HeaderMap, name: HeaderName) -> Vec<String> {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values
        .flat_map(|value| value.split(','))
        .map(|tag| tag.trim().to_owned())
        .filter(|tag| !tag.is_empty())
        .collect()
}
