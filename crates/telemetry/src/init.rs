use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::{Metrics, TelemetrySettings, logs, metrics, traces};

#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("telemetry.filter {filter:?} is not a log filter such as info,sqlx=warn")]
    Filter { filter: String, source: tracing_subscriber::filter::ParseError },
    #[error("telemetry.sample_ratio must be between 0 and 1, not {0}")]
    SampleRatio(f64),
    #[error("spans cannot be exported to telemetry.otlp_endpoint {endpoint:?}")]
    Exporter { endpoint: String, source: opentelemetry_otlp::ExporterBuildError },
    #[error("metrics cannot be set up")]
    Metrics(#[source] metrics::Error),
}

/// Keeps telemetry running; dropping it sends the spans that still wait.
#[must_use = "spans that still wait are lost unless this lives as long as the service"]
pub struct Telemetry {
    metrics: Metrics,
    tracer_provider: Option<SdkTracerProvider>,
}

impl Telemetry {
    pub fn metrics(&self) -> Metrics {
        self.metrics.clone()
    }
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        if let Some(provider) = &self.tracer_provider
            && let Err(error) = provider.shutdown()
        {
            tracing::warn!(%error, "the last spans could not be exported");
        }
    }
}

/// Sets up logs, metrics and traces for the process. Only the first call in a process decides about the logs.
pub fn init(service: &'static str, settings: &TelemetrySettings) -> Result<Telemetry, Error> {
    let metrics = Metrics::install(service).map_err(Error::Metrics)?;
    let filter = logs::filter(&settings.filter)?;
    let tracer_provider = traces::provider(service, settings)?;
    let traces = tracer_provider.as_ref().map(traces::layer);
    // Several services in one test process share the first one's subscriber.
    let subscriber =
        tracing_subscriber::registry().with(traces).with(filter).with(logs::layer(settings.format));
    if subscriber.try_init().is_ok() {
        logs::log_panics();
    }
    Ok(Telemetry { metrics, tracer_provider })
}

/// Metrics alone: a test's log is what its own subscriber makes of it.
pub fn init_for_tests() -> Telemetry {
    let metrics = Metrics::install("test").expect("the names and buckets of the metrics are valid");
    Telemetry { metrics, tracer_provider: None }
}
