//! What is measured beside the requests themselves.

use std::time::Instant;

use metrics::{Unit, describe_histogram, histogram};

const COMPUTE_DURATION_SECONDS: &str = "recommendation_compute_duration_seconds";

pub(crate) fn describe() {
    describe_histogram!(
        COMPUTE_DURATION_SECONDS,
        Unit::Seconds,
        "The computation of an answer, by what was asked for and the method that answered."
    );
}

pub(crate) fn record(question: &'static str, method: &'static str, started: Instant) {
    let labels = [("question", question), ("method", method)];
    histogram!(COMPUTE_DURATION_SECONDS, &labels).record(started.elapsed());
}
