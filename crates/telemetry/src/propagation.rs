//! W3C trace context: the `traceparent` header, in and out.

use http::{HeaderMap, HeaderValue};
use opentelemetry::Context;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::TraceContextExt;
use opentelemetry_http::{HeaderExtractor, HeaderInjector};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

pub const TRACEPARENT: &str = "traceparent";

/// Makes `span` a part of the caller's trace, if the headers name one. Without an exporter this does nothing.
pub fn continue_trace(span: &Span, headers: &HeaderMap) {
    if !headers.contains_key(TRACEPARENT) {
        return;
    }
    let caller =
        TraceContextPropagator::new().extract_with_context(&Context::new(), &HeaderExtractor(headers));
    // The error says that spans are not exported here; the client then passes the caller's header on as it came.
    let _ = span.set_parent(caller);
}

/// Returns the `traceparent` for a request made inside `span`, or `None` when spans are not exported.
pub fn traceparent(span: &Span) -> Option<HeaderValue> {
    let context = span.context();
    if !context.span().span_context().is_valid() {
        return None;
    }
    let mut headers = HeaderMap::new();
    TraceContextPropagator::new().inject_context(&context, &mut HeaderInjector(&mut headers));
    headers.remove(TRACEPARENT)
}
