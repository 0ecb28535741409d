use serde::Serialize;

use crate::Error;

/// What is measured, and how the intervals are drawn.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Settings {
    /// The list lengths at which recall is measured.
    pub recall_at: Vec<usize>,
    /// The list lengths at which nDCG is measured.
    pub ndcg_at: Vec<usize>,
    /// The list length of coverage, novelty, diversity and freshness.
    pub lists_at: usize,
    pub history_bounds: HistoryBounds,
    /// 0 leaves the intervals out.
    pub resamples: usize,
    /// The share of resamples that an interval spans.
    pub confidence: f64,
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            recall_at: vec![1, 10],
            ndcg_at: vec![10],
            lists_at: 10,
            history_bounds: HistoryBounds::Tertiles,
            resamples: 1_000,
            confidence: 0.95,
            seed: 42,
        }
    }
}

/// Where short histories end and long ones begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HistoryBounds {
    /// Three groups of cases as equal in size as ties allow.
    Tertiles,
    Given {
        short_up_to: usize,
        medium_up_to: usize,
    },
}

const MOST_RESAMPLES: usize = 100_000;

impl Settings {
    pub(super) fn checked(mut self) -> Result<Self, Error> {
        for (setting, lengths) in [("recall_at", &mut self.recall_at), ("ndcg_at", &mut self.ndcg_at)] {
            lengths.sort_unstable();
            lengths.dedup();
            if lengths.contains(&0) {
                return Err(refused(setting, 0, "at least 1"));
            }
        }
        if self.lists_at == 0 {
            return Err(refused("lists_at", 0, "at least 1"));
        }
        if self.resamples > MOST_RESAMPLES {
            return Err(refused("resamples", self.resamples, "at most 100000"));
        }
        if !(self.confidence > 0.0 && self.confidence < 1.0) {
            return Err(refused("confidence", self.confidence, "between 0 and 1, such as 0.95"));
        }
        if let HistoryBounds::Given { short_up_to, medium_up_to } = self.history_bounds
            && short_up_to > medium_up_to
        {
            return Err(refused("short_up_to", short_up_to, "no more than medium_up_to"));
        }
        Ok(self)
    }

    /// The longest list that any of the metrics looks at.
    pub fn longest_list(&self) -> usize {
        let lengths = self.recall_at.iter().chain(&self.ndcg_at);
        lengths.copied().max().unwrap_or(0).max(self.lists_at)
    }
}

fn refused(setting: &'static str, value: impl ToString, allowed: &'static str) -> Error {
    Error::Setting { setting, value: value.to_string(), allowed }
}
