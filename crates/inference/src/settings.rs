use serde::Deserialize;

use crate::Error;

/// How much an engine takes on. Work is counted as the model counts it: for gSASRec, items of history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EngineSettings {
    /// Requests that may wait; one more is refused.
    pub queue_requests: usize,
    /// Work that may wait. A request that exceeds it alone is still taken when nothing else waits.
    pub queue_work: u64,
    /// Requests that are computed at once.
    pub batch_requests: usize,
    /// Work that is computed at once. A request that exceeds it alone makes a batch of its own.
    pub batch_work: u64,
}

impl Default for EngineSettings {
    fn default() -> Self {
        Self { queue_requests: 1024, queue_work: 102_400, batch_requests: 64, batch_work: 12_800 }
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
