use serde::Serialize;

use crate::{Error, bootstrap};

/// What is measured, and how the intervals are drawn.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Settings {
    /// The list lengths at which precision is measured.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub precision_at: Vec<usize>,
    /// The list lengths at which recall is measured.
    pub recall_at: Vec<usize>,
    /// The list lengths at which mean average precision is measured.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub map_at: Vec<usize>,
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
            precision_at: Vec::new(),
            recall_at: vec![1, 10],
            map_at: Vec::new(),
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

impl Settings {
    /// Adds precision and mean average precision, which most reports of classic recommenders state.
    pub fn classic() -> Self {
        Self { precision_at: vec![10], map_at: vec![10], ..Self::default() }
    }

    pub(super) fn checked(mut self) -> Result<Self, Error> {
        let lengths = [
            ("precision_at", &mut self.precision_at),
            ("recall_at", &mut self.recall_at),
            ("map_at", &mut self.map_at),
            ("ndcg_at", &mut self.ndcg_at),
        ];
        for (setting, lengths) in lengths {
            lengths.sort_unstable();
            lengths.dedup();
            if lengths.contains(&0) {
                return Err(Error::setting(setting, 0, "at least 1"));
            }
        }
        if self.lists_at == 0 {
            return Err(Error::setting("lists_at", 0, "at least 1"));
        }
        bootstrap::check(self.resamples, self.confidence)?;
        if let HistoryBounds::Given { short_up_to, medium_up_to } = self.history_bounds
            && short_up_to > medium_up_to
        {
            return Err(Error::setting("short_up_to", short_up_to, "no more than medium_up_to"));
        }
        Ok(self)
    }

    /// The longest list that any of the metrics looks at.
    pub fn longest_list(&self) -> usize {
        let lengths = [&self.precision_at, &self.recall_at, &self.map_at, &self.ndcg_at];
        lengths.into_iter().flatten().copied().max().unwrap_or(0).max(self.lists_at)
    }
}
