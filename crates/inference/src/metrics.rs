//! The names and units of the metrics of engines. Each carries the label `engine`.

use std::time::Duration;

use metrics::{
    Counter, Gauge, Histogram, Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge,
    histogram,
};

pub const REQUESTS_TOTAL: &str = "inference_requests_total";
pub const PANICS_TOTAL: &str = "inference_panics_total";
pub const WAITING_REQUESTS: &str = "inference_waiting_requests";
pub const QUEUE_DURATION_SECONDS: &str = "inference_queue_duration_seconds";
pub const COMPUTE_DURATION_SECONDS: &str = "inference_compute_duration_seconds";
pub const BATCH_REQUESTS: &str = "inference_batch_requests";
pub const BATCH_WORK: &str = "inference_batch_work";

/// Tells the installed recorder what the metrics mean; a service calls it once, after its telemetry is set up.
pub fn describe() {
    describe_counter!(
        REQUESTS_TOTAL,
        Unit::Count,
        "Requests by outcome: answered, failed, skipped (the caller had gone), saturated (refused, the queue was full)."
    );
    describe_counter!(PANICS_TOTAL, Unit::Count, "Panics of the model, each of which had it built anew.");
    describe_gauge!(WAITING_REQUESTS, Unit::Count, "Requests in the queue.");
    describe_histogram!(
        QUEUE_DURATION_SECONDS,
        Unit::Seconds,
        "From a request's acceptance to its batch's start."
    );
    describe_histogram!(COMPUTE_DURATION_SECONDS, Unit::Seconds, "The computation of a batch.");
    describe_histogram!(BATCH_REQUESTS, Unit::Count, "Requests in a batch.");
    describe_histogram!(
        BATCH_WORK,
        Unit::Count,
        "Work in a batch, as the model counts it, padding included."
    );
}

/// The metrics of one engine, looked up once.
pub(crate) struct EngineMetrics {
    pub(crate) answered: Counter,
    pub(crate) failed: Counter,
    pub(crate) skipped: Counter,
    pub(crate) saturated: Counter,
    pub(crate) panics: Counter,
    pub(crate) waiting: Gauge,
    queue_duration: Histogram,
    compute_duration: Histogram,
    batch_requests: Histogram,
    batch_work: Histogram,
}

impl EngineMetrics {
    pub(crate) fn of(engine: &str) -> Self {
        let engine = engine.to_owned();
        let requests = |outcome| counter!(REQUESTS_TOTAL, "engine" => engine.clone(), "outcome" => outcome);
        Self {
            answered: requests("answered"),
            failed: requests("failed"),
            skipped: requests("skipped"),
            saturated: requests("saturated"),
            panics: counter!(PANICS_TOTAL, "engine" => engine.clone()),
            waiting: gauge!(WAITING_REQUESTS, "engine" => engine.clone()),
            queue_duration: histogram!(QUEUE_DURATION_SECONDS, "engine" => engine.clone()),
            compute_duration: histogram!(COMPUTE_DURATION_SECONDS, "engine" => engine.clone()),
            batch_requests: histogram!(BATCH_REQUESTS, "engine" => engine.clone()),
            batch_work: histogram!(BATCH_WORK, "engine" => engine),
        }
    }

    pub(crate) fn record_batch(&self, queued: &[Duration], computed: Duration, padded_work: u64) {
        for &queued in queued {
            self.queue_duration.record(queued);
        }
        self.compute_duration.record(computed);
        self.batch_requests.record(queued.len() as f64);
        self.batch_work.record(padded_work as f64);
    }
}
