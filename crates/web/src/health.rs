//! `/health/live`, `/health/ready` and `/metrics`. `/health` itself is each service's own: the shapes differ.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use filmlens_telemetry::{Chain, Metrics};
use futures::FutureExt;
use futures::future::{BoxFuture, Shared, join_all};
use serde::Serialize;
use tokio::time::Instant;
use utoipa::{OpenApi, ToSchema};

use crate::extract::Json;

const CHECK_TIMEOUT: Duration = Duration::from_secs(1);

/// Anybody may ask for the readiness, as often as they like, and a check takes a connection of the database's pool.
const REMEMBERED_READY: Duration = Duration::from_secs(1);

/// Shorter, so that whoever waits for the service to start, or to recover, hears of it soon.
const REMEMBERED_NOT_READY: Duration = Duration::from_millis(100);

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
        tracing::warn!(dependency = self.name, error = %Chain(&*failure), "dependency is down");
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
    latest: Arc<Mutex<Option<Round>>>,
}

/// One round of all checks, which everybody who asks meanwhile, or shortly after, shares.
#[derive(Debug)]
struct Round {
    started: Instant,
    report: Shared<BoxFuture<'static, Report>>,
}

impl Round {
    /// A task of its own: a client that hangs up neither ends the round nor makes the next one start earlier.
    fn start(checks: Arc<Vec<Check>>) -> Self {
        let task = tokio::spawn(async move { Report::of(&checks).await });
        // The panic of a check is in the log already.
        let report = task.map(|report| report.unwrap_or_else(|_| Report::without_details(Overall::NotReady)));
        Self { started: Instant::now(), report: report.boxed().shared() }
    }

    fn is_current(&self) -> bool {
        self.report.peek().is_none_or(|report| {
            let remembered = if report.is_ready() { REMEMBERED_READY } else { REMEMBERED_NOT_READY };
            self.started.elapsed() < remembered
        })
    }
}

impl Readiness {
    pub fn new(checks: Vec<Check>) -> Self {
        Self { checks: Arc::new(checks), ..Self::default() }
    }

    pub(crate) fn begin_shutdown(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// Asks every dependency at once, unless that was done a moment ago.
    pub async fn report(&self) -> Report {
        if self.stopping.load(Ordering::Relaxed) {
            return Report::without_details(Overall::ShuttingDown);
        }
        self.latest_round().await
    }

    fn latest_round(&self) -> Shared<BoxFuture<'static, Report>> {
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        let current = latest.take().filter(Round::is_current);
        latest.insert(current.unwrap_or_else(|| Round::start(self.checks.clone()))).report.clone()
    }
}

/// Whether the service should get requests, and which of its dependencies answer.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Readiness)]
pub struct Report {
    status: Overall,
    /// None while the service stops.
    #[schema(value_type = BTreeMap<String, Status>)]
    dependencies: BTreeMap<&'static str, Status>,
}

impl Report {
    async fn of(checks: &[Check]) -> Self {
        let dependencies: BTreeMap<_, _> =
            join_all(checks.iter().map(Check::run)).await.into_iter().collect();
        let all_up = dependencies.values().all(|status| *status == Status::Up);
        Self { status: if all_up { Overall::Ready } else { Overall::NotReady }, dependencies }
    }

    fn without_details(status: Overall) -> Self {
        Self { status, dependencies: BTreeMap::new() }
    }

    pub fn is_ready(&self) -> bool {
        self.status == Overall::Ready
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ReadinessStatus)]
enum Overall {
    Ready,
    NotReady,
    ShuttingDown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DependencyStatus)]
enum Status {
    Up,
    Down,
}

/// What [`crate::openapi::document`] tells of the routes that every service has.
#[derive(OpenApi)]
#[openapi(paths(live, ready))]
pub(crate) struct Documented;

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

#[derive(Serialize, ToSchema)]
struct Liveness {
    #[schema(example = "alive")]
    status: &'static str,
}

/// Whether the process answers, whatever its dependencies do.
#[utoipa::path(get, path = "/health/live", tag = "service", responses((status = 200, body = Liveness)))]
async fn live() -> Json<Liveness> {
    Json(Liveness { status: "alive" })
}

/// Whether the service should get requests.
#[utoipa::path(get, path = "/health/ready", tag = "service", responses(
    (status = 200, description = "It is ready", body = Report),
    (status = 503, description = "A dependency does not answer, or the service is about to stop", body = Report)
))]
async fn ready(State(readiness): State<Readiness>) -> Response {
    let report = readiness.report().await;
    let status = if report.is_ready() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(report)).into_response()
}

async fn render(State(metrics): State<Metrics>) -> Response {
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], metrics.render()).into_response()
}
