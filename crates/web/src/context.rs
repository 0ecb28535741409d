//! What a request carries through every hop: its id, and the trace it belongs to.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use filmlens_telemetry::propagation::{self, TRACEPARENT};
use uuid::Uuid;

pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const LONGEST_ID: usize = 128;

tokio::task_local! {
    static CURRENT: RequestContext;
}

#[derive(Clone)]
pub(crate) struct RequestContext {
    pub(crate) id: RequestId,
    traceparent: Option<HeaderValue>,
}

/// The id of a request, for logs, answers and the services behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// Returns the id of the request that this task answers. A spawned task has none.
    pub fn current() -> Option<Self> {
        CURRENT.try_with(|context| context.id.clone()).ok()
    }

    pub fn as_str(&self) -> &str {
        self.0.to_str().expect("an id is checked, or made, to be ASCII")
    }

    fn of(headers: &HeaderMap) -> Self {
        match headers.get(REQUEST_ID) {
            Some(id) if is_sane(id.as_bytes()) => Self(id.clone()),
            _ => Self::generate(),
        }
    }

    fn generate() -> Self {
        let mut buffer = Uuid::encode_buffer();
        let id = Uuid::now_v7().hyphenated().encode_lower(&mut buffer);
        Self(HeaderValue::from_str(id).expect("a UUID is ASCII"))
    }
}

impl From<RequestId> for HeaderValue {
    fn from(id: RequestId) -> Self {
        id.0
    }
}

/// Ids end up in logs and other systems' headers, so only what cannot break them is taken over.
fn is_sane(id: &[u8]) -> bool {
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:/+=".contains(byte);
    !id.is_empty() && id.len() <= LONGEST_ID && id.iter().all(allowed)
}

impl RequestContext {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        Self { id: RequestId::of(headers), traceparent: headers.get(TRACEPARENT).cloned() }
    }

    pub(crate) async fn scope<F: Future>(self, future: F) -> F::Output {
        CURRENT.scope(self, future).await
    }
}

/// The headers that tell the next service which request and trace it works for.
pub fn outgoing_headers() -> HeaderMap {
    let mut headers = HeaderMap::new();
    let current = CURRENT.try_with(Clone::clone).ok();
    // Where spans are not exported, the caller's trace context goes on unchanged.
    let caller = || current.as_ref().and_then(|context| context.traceparent.clone());
    if let Some(traceparent) = propagation::traceparent(&tracing::Span::current()).or_else(caller) {
        headers.insert(TRACEPARENT, traceparent);
    }
    if let Some(context) = current {
        headers.insert(REQUEST_ID, context.id.into());
    }
    headers
}
