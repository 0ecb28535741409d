//! The names, units and buckets of every metric, and the registry behind `/metrics`.

use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram, gauge};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

pub const HTTP_REQUESTS_TOTAL: &str = "http_requests_total";
pub const HTTP_REQUEST_DURATION_SECONDS: &str = "http_request_duration_seconds";
pub const HTTP_REQUESTS_IN_FLIGHT: &str = "http_requests_in_flight";
pub const BUILD_INFO: &str = "filmlens_build_info";

/// From a cached answer to the time limit. Autocomplete is promised within a millisecond, so the low end is dense.
const DURATION_BUCKETS: [f64; 14] =
    [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// Observations wait in memory until a scrape or this; without it, an unscraped service would grow.
const UPKEEP_INTERVAL: Duration = Duration::from_secs(5);

#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(BuildError);

/// The metrics of this process; clones are cheap and show the same.
#[derive(Clone)]
pub struct Metrics(PrometheusHandle);

/// The `metrics` macros write to one recorder for each process, so there can be only one registry.
static INSTALLED: Mutex<Option<Metrics>> = Mutex::new(None);

impl Metrics {
    pub(crate) fn install(service: &'static str) -> Result<Self, Error> {
        let mut installed = INSTALLED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(metrics) = &*installed {
            return Ok(metrics.clone());
        }
        let handle = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_duration_seconds".to_owned()), &DURATION_BUCKETS)
            .and_then(PrometheusBuilder::install_recorder)
            .map_err(Error)?;
        describe();
        gauge!(BUILD_INFO, "service" => service, "version" => env!("CARGO_PKG_VERSION")).set(1.0);
        let upkeep = handle.clone();
        thread::spawn(move || {
            loop {
                thread::sleep(UPKEEP_INTERVAL);
                upkeep.run_upkeep();
            }
        });
        Ok(installed.insert(Self(handle)).clone())
    }

    /// Renders the Prometheus text format.
    pub fn render(&self) -> String {
        self.0.render()
    }
}

fn describe() {
    describe_counter!(
        HTTP_REQUESTS_TOTAL,
        Unit::Count,
        "Requests answered; status 499 is a client that hung up."
    );
    describe_histogram!(
        HTTP_REQUEST_DURATION_SECONDS,
        Unit::Seconds,
        "From the request's head to the response's."
    );
    describe_gauge!(HTTP_REQUESTS_IN_FLIGHT, Unit::Count, "Requests that wait for their response.");
    describe_gauge!(BUILD_INFO, Unit::Count, "Always 1; its labels tell what runs.");
}

#[cfg(test)]
mod tests {
    use metrics::histogram;

    use super::*;

    #[test]
    fn a_second_installation_shows_the_same_metrics() {
        let first = Metrics::install("first").unwrap();
        let second = Metrics::install("second").unwrap();
        histogram!(HTTP_REQUEST_DURATION_SECONDS, "route" => "/films").record(0.0007);
        for metrics in [first, second] {
            let text = metrics.render();
            assert!(text.contains(r#"filmlens_build_info{service="first",version="0.1.0"} 1"#), "{text}");
            assert!(
                text.contains(r#"http_request_duration_seconds_bucket{route="/films",le="0.001"} 1"#),
                "{text}"
            );
        }
    }
}
