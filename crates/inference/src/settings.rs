use serde::Deserialize;

use crate::Error;

/// How much an engine takes on. Work is counted as the model counts it, see
/// [`SequenceModel::cost`](crate::SequenceModel::cost).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EngineSettings {
    /// Requests that may wait; one more is refused.
    pub queue_requests: usize,
    /// Work that may wait. A request that exceeds it alone is still taken when nothing else waits.
    pub queue_work: u64,
    /// Requests that are computed at once.
    pub batch_requests: usize,
    /// Work that is computed at once, padding included: requests times the largest of them. A request that exceeds
    /// it alone makes a batch of its own.
    pub batch_work: u64,
}

impl Default for EngineSettings {
    fn default() -> Self {
        // For 200 items of history and a catalogue worth 24, as large ones are.
        let request_work = 224;
        Self {
            queue_requests: 1024,
            queue_work: 512 * request_work,
            batch_requests: 64,
            batch_work: 64 * request_work,
        }
    }
}

impl EngineSettings {
    pub(crate) fn check(&self) -> Result<(), Error> {
        let limits = [
            ("queue_requests", self.queue_requests as u64),
            ("queue_work", self.queue_work),
            ("batch_requests", self.batch_requests as u64),
            ("batch_work", self.batch_work),
        ];
        match limits.into_iter().find(|&(_, limit)| limit == 0) {
            Some((setting, _)) => Err(Error::ZeroSetting { setting }),
            None => Ok(()),
        }
    }
}
