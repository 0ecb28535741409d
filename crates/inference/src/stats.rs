use std::time::Duration;

use serde::Serialize;

use crate::Quantiles;
use crate::histogram::Histogram;

/// What an engine has done since it was spawned.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stats {
    pub engine: String,
    pub version: String,
    pub is_ready: bool,
    pub waiting_requests: usize,
    pub waiting_work: u64,
    pub accepted: u64,
    pub answered: u64,
    /// Answered with an error of the model.
    pub failed: u64,
    /// Not computed, because nobody waited for the answer any more.
    pub skipped: u64,
    /// Refused, because the queue was full.
    pub saturated: u64,
    /// After each of which the model was built anew.
    pub panics: u64,
    pub queue_microseconds: Quantiles,
    pub compute_microseconds: Quantiles,
    pub batch_requests: Quantiles,
    /// Padding included.
    pub batch_work: Quantiles,
}

#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) accepted: u64,
    pub(crate) answered: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
    pub(crate) saturated: u64,
    pub(crate) panics: u64,
    pub(crate) queue_microseconds: Histogram,
    pub(crate) compute_microseconds: Histogram,
    pub(crate) batch_requests: Histogram,
    pub(crate) batch_work: Histogram,
}

impl Counts {
    pub(crate) fn record_batch(&mut self, queued: &[Duration], computed: Duration, padded_work: u64) {
        for queued in queued {
            self.queue_microseconds.record(queued.as_micros() as u64);
        }
        self.compute_microseconds.record(computed.as_micros() as u64);
        self.batch_requests.record(queued.len() as u64);
        self.batch_work.record(padded_work);
    }
}
