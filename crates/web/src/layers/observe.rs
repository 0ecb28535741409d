use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use filmlens_telemetry::Chain;
use filmlens_telemetry::metrics::{
    HTTP_REQUEST_DURATION_SECONDS, HTTP_REQUESTS_IN_FLIGHT, HTTP_REQUESTS_TOTAL,
};
use filmlens_telemetry::propagation::continue_trace;
use metrics::{counter, gauge, histogram};
use tracing::field::Empty;
use tracing::{Instrument, Span, debug, error, error_span, warn};

use crate::context::{REQUEST_ID, RequestContext};
use crate::problem::{self, LoggedCause};

/// Gives each request its id, span and metrics, and logs why it failed. The route's pattern is recorded, never the
/// path or the query: those are what somebody asked for.
pub(super) async fn observe(request: Request, next: Next) -> Response {
    let context = RequestContext::of(request.headers());
    let id = context.id.clone();
    let method = label(request.method());
    let route = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str).to_owned();

    // Of the highest level, so that no log filter takes the request id away from the lines that remain.
    let span = error_span!(
        "request",
        request.id = id.as_str(),
        http.request.method = method,
        http.route = route,
        http.response.status_code = Empty,
        otel.name = %format_args!("{method} {route}"),
        otel.kind = "server",
        otel.status_code = Empty,
    );
    continue_trace(&span, request.headers());

    let observation = Observation::start(method, route);
    let answer = async { problem::complete(next.run(request).await) };
    let mut response = context.scope(answer).instrument(span.clone()).await;
    log(&span, &mut response, observation.started);
    observation.finish(response.status());
    response.headers_mut().insert(REQUEST_ID, id.into());
    response
}

fn log(span: &Span, response: &mut Response, started: Instant) {
    let status = response.status();
    span.record("http.response.status_code", status.as_u16());
    if status.is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
    let cause = response.extensions_mut().remove::<LoggedCause>();
    let cause = cause.as_ref().map(|cause| tracing::field::display(Chain(&*cause.0)));
    let duration_ms = started.elapsed().as_secs_f64() * 1e3;
    let status_code = status.as_u16();
    let _entered = span.enter();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        // A dependency that is down mends itself or has its own alarm.
        warn!(status_code, duration_ms, error = cause, "request was refused");
    } else if status.is_server_error() {
        error!(status_code, duration_ms, error = cause, "request failed");
    } else {
        debug!(status_code, duration_ms, error = cause, "request was answered");
    }
}

/// Methods are the client's to invent, and each label value is a time series.
fn label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}

/// Counts a request even if its client hangs up, which ends the future half-way.
struct Observation {
    method: &'static str,
    route: String,
    started: Instant,
    status: Option<StatusCode>,
}

impl Observation {
    fn start(method: &'static str, route: String) -> Self {
        gauge!(HTTP_REQUESTS_IN_FLIGHT).increment(1.0);
        Self { method, route, started: Instant::now(), status: None }
    }

    fn finish(mut self, status: StatusCode) {
        self.status = Some(status);
    }
}

impl Drop for Observation {
    fn drop(&mut self) {
        gauge!(HTTP_REQUESTS_IN_FLIGHT).decrement(1.0);
        let status = self.status.as_ref().map_or("499", StatusCode::as_str).to_owned();
        let route = std::mem::take(&mut self.route);
        let labels = [
            ("method", self.method.into()),
            ("route", metrics::SharedString::from(route)),
            ("status", status.into()),
        ];
        counter!(HTTP_REQUESTS_TOTAL, &labels).increment(1);
        histogram!(HTTP_REQUEST_DURATION_SECONDS, &labels).record(self.started.elapsed());
    }
}
