//! What is measured beside the requests and the model.

use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};

const SAVED_TOTAL: &str = "predictions_saved_total";
const LOST_TOTAL: &str = "predictions_lost_total";
const UNSAVED: &str = "predictions_unsaved";
const SAVE_DURATION_SECONDS: &str = "predictions_save_duration_seconds";

/// Why a prediction is in no database and never will be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Loss {
    QueueFull,
    Refused,
    Shutdown,
}

pub(crate) fn describe() {
    filmlens_inference::metrics::describe();
    describe_counter!(SAVED_TOTAL, Unit::Count, "Predictions that were written to the database.");
    describe_counter!(
        LOST_TOTAL,
        Unit::Count,
        "Predictions that were not and never will be, by reason: queue_full, refused (by the database), shutdown."
    );
    describe_gauge!(UNSAVED, Unit::Count, "Predictions that wait for the database.");
    describe_histogram!(SAVE_DURATION_SECONDS, Unit::Seconds, "The writing of a batch of predictions.");
}

pub(crate) fn saved(predictions: usize, duration: std::time::Duration) {
    counter!(SAVED_TOTAL).increment(predictions as u64);
    histogram!(SAVE_DURATION_SECONDS).record(duration);
}

pub(crate) fn lost(predictions: usize, loss: Loss) {
    let reason = match loss {
        Loss::QueueFull => "queue_full",
        Loss::Refused => "refused",
        Loss::Shutdown => "shutdown",
    };
    counter!(LOST_TOTAL, "reason" => reason).increment(predictions as u64);
}

pub(crate) fn unsaved(predictions: usize) {
    gauge!(UNSAVED).set(predictions as f64);
}
