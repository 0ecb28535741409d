use std::borrow::Cow;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use axum::body::HttpBody;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use filmlens_domain::FieldErrors;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

use crate::context::RequestId;

pub(crate) const CONTENT: &str = "application/problem+json";

type Cause = Box<dyn Error + Send + Sync>;

/// An error as clients see it: RFC 9457, `application/problem+json`.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: String,
    errors: Vec<FieldProblem>,
    /// Boxed, for few problems have any.
    extensions: Option<Box<Map<String, Value>>>,
    headers: Vec<(HeaderName, HeaderValue)>,
    cause: Option<Cause>,
}

/// One field that was refused.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldProblem {
    /// The parameter, or the path into the body.
    pub field: String,
    /// What is wrong with it.
    pub message: String,
}

impl Problem {
    /// `code` is stable, for programs; `detail` is for people, and in a 5xx it tells nothing about the inside.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            errors: Vec::new(),
            extensions: None,
            headers: Vec::new(),
            cause: None,
        }
    }

    /// A 422 that lists what is wrong with which field.
    pub fn validation(errors: Vec<FieldProblem>) -> Self {
        let sentences: Vec<_> =
            errors.iter().map(|error| format!("{} {}", error.field, error.message)).collect();
        let problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "validation_failed", sentences.join("; "));
        Self { errors, ..problem }
    }

    /// The answer to a bug or an unexpected failure; its cause is only logged.
    pub fn internal(cause: impl Into<Cause>) -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal_error",
            "the server failed to answer this request",
        )
        .caused_by(cause)
    }

    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Tells the client when to try again, in whole seconds, rounded up.
    pub fn retry_after(self, wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        self.header(RETRY_AFTER, HeaderValue::from(seconds.max(1)))
    }

    /// Adds a member of this problem's own to the body. It must not have the name of one that all problems have.
    pub fn extension(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.extensions.get_or_insert_default().insert(name.to_owned(), value.into());
        self
    }

    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Attaches the reason for the log. Clients never see it.
    pub fn caused_by(mut self, cause: impl Into<Cause>) -> Self {
        self.cause = Some(cause.into());
        self
    }
}

impl From<FieldErrors> for Problem {
    fn from(errors: FieldErrors) -> Self {
        let field = |error: &filmlens_domain::FieldError| FieldProblem {
            field: error.field.clone(),
            message: error.problem.to_string(),
        };
        Self::validation(errors.iter().map(field).collect())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = Body {
            problem_type: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            detail: &self.detail,
            code: self.code,
            request_id: RequestId::current().map(|id| Cow::Owned(id.as_str().to_owned())),
            errors: &self.errors,
            extensions: self.extensions.as_deref(),
        };
        let text = serde_json::to_vec(&body).expect("a problem is plain text and numbers");
        let mut response =
            (self.status, [(CONTENT_TYPE, HeaderValue::from_static(CONTENT))], text).into_response();
        response.headers_mut().extend(self.headers);
        if let Some(cause) = self.cause {
            response.extensions_mut().insert(LoggedCause(cause.into()));
        }
        response
    }
}

/// Travels with the response to the middleware that logs it.
#[derive(Clone)]
pub(crate) struct LoggedCause(pub(crate) Arc<dyn Error + Send + Sync>);

/// Gives the bare errors of the router (no such route, no such method) the body that all errors have.
pub(crate) fn complete(response: Response) -> Response {
    let status = response.status();
    let is_bare_error = (status.is_client_error() || status.is_server_error())
        && !response.headers().contains_key(CONTENT_TYPE)
        && response.body().size_hint().exact() == Some(0);
    if !is_bare_error {
        return response;
    }
    let (code, detail) = match status {
        StatusCode::NOT_FOUND => ("route_not_found", "there is nothing at this path"),
        StatusCode::METHOD_NOT_ALLOWED => ("method_not_allowed", "this path does not support this method"),
        _ => ("request_failed", "the request cannot be answered"),
    };
    let mut completed = Problem::new(status, code, detail).into_response();
    let (parts, _) = response.into_parts();
    for (name, value) in &parts.headers {
        if name != CONTENT_LENGTH {
            completed.headers_mut().append(name, value.clone());
        }
    }
    completed
}

#[derive(Serialize, ToSchema)]
struct Body<'a> {
    #[serde(rename = "type")]
    #[schema(example = "about:blank")]
    problem_type: &'a str,
    /// The name of the status.
    #[schema(example = "Unprocessable Entity")]
    title: &'a str,
    #[schema(example = 422)]
    status: u16,
    /// What went wrong, for people.
    #[schema(example = "year_from must be between 1800 and 2100")]
    detail: &'a str,
    /// What went wrong, for programs; it does not change.
    #[schema(example = "validation_failed")]
    code: &'a str,
    /// Finds this request in the logs.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<Cow<'a, str>>,
    /// The fields that were refused, all at once.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[schema(required = false)]
    errors: &'a [FieldProblem],
    #[serde(flatten)]
    #[schema(ignore)]
    extensions: Option<&'a Map<String, Value>>,
}

impl PartialSchema for Problem {
    fn schema() -> RefOr<Schema> {
        Body::schema()
    }
}

impl ToSchema for Problem {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Problem")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((FieldProblem::name().into_owned(), FieldProblem::schema()));
    }
}
