//! `/health/live`, `/health/ready` and `/metrics`. `/health` itself is each service's own: the shapes differ.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use filmlens_telemetry::Metrics;
use futures::FutureExt;
use futures::future::{BoxFuture, join_all};
use serde::Serialize;

use crate::extract::Json;

const CHECK_TIMEOUT: Duration = Duration::from_secs(1);

type Failure = Box<dyn Error + Send + Sync>;

/// One dependency, and how to find out whether it answers.
pub struct Check {
    name: &'static str,
    probe: Box<dyn Fn() -> BoxFuture<'static, Result<(), Failure>> + Send + Sync>,
}

impl Check {
    /// `probe` has a second; later is as good as down.
    pub fn new<F, E>(name: &'static str, probe: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<Failure>,
    {
        Self { name, probe: Box::new(move || probe().map(|result| result.map_err(Into::into)).boxed()) }
    }

    async fn run(&self) -> (&'static str, Status) {
        let failure = match tokio::time::timeout(CHECK_TIMEOUT, (self.probe)()).await {
            Ok(Ok(())) => return (self.name, Status::Up),
            Ok(Err(failure)) => failure,
            Err(late) => late.into(),
        };
        tracing::warn!(dependency = self.name, error = %crate::layers::Chain(&*failure), "dependency is down");
        (self.name, Status::Down)
    }
}

impl fmt::Debug for Check {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Check").field(&self.name).finish()
    }
}

/// Whether the service should get requests: its dependencies answer, and it is not about to stop.
#[derive(Debug, Clone, Default)]
pub struct Readiness {
    checks: Arc<Vec<Check>>,
    stopping: Arc<AtomicBool>,
}

impl Readiness {
    pub fn new(checks: Vec<Check>) -> Self {
        Self { checks: Arc::new(checks), stopping: Arc::default() }
    }

    pub(crate) fn begin_shutdown(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// Asks every dependency at once.
    pub async fn report(&self) -> Report {
        if self.stopping.load(Ordering::Relaxed) {
            return Report { status: Overall::ShuttingDown, dependencies: BTreeMap::new() };
        }
        let dependencies: BTreeMap<_, _> =
            join_all(self.checks.iter().map(Check::run)).await.into_iter().collect();
        let all_up = dependencies.values().all(|status| *status == Status::Up);
        Report { status: if all_up { Overall::Ready } else { Overall::NotReady }, dependencies }
    }
}

#[derive(Debug, Serialize)]
pub struct Report {
    status: Overall,
    dependencies: BTreeMap<&'static str, Status>,
}

impl Report {
    pub fn is_ready(&self) -> bool {
        self.status == Overall::Ready
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Overall {
    Ready,
    NotReady,
    ShuttingDown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Up,
    Down,
}

pub(crate) fn routes(readiness: Readiness, metrics: Metrics) -> Router {
    let probes = Router::new()
        .route("/health/live", get(live))
        .route("/health/ready", get(ready))
        .with_state(readiness);
    Router::new().route("/metrics", get(render)).with_state(metrics).merge(probes)
}

/// Whether a path is asked by machines at a fixed pace, and so not subject to the rate limit.
pub(crate) fn is_probe(path: &str) -> bool {
    path == "/metrics" || path == "/health" || path.starts_with("/health/")
}

async fn live() -> Response {
    #[derive(Serialize)]
    struct Live {
        status: &'static str,
    }
    Json(Live { status: "alive" }).into_response()
}

async fn ready(State(readiness): State<Readiness>) -> Response {
    let report = readiness.report().await;
    let status = if report.is_ready() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(report)).into_response()
}

async fn render(State(metrics): State<Metrics>) -> Response {
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], metrics.render()).into_response()
}
