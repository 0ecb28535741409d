use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::event::Metrics;

/// The last step of each metric before a run was resumed. A training goes on from a checkpoint that is older than its
/// last metrics, computes some steps again, and would record them twice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct LastSteps(BTreeMap<String, i64>);

impl LastSteps {
    pub(crate) fn note(&mut self, name: &str, step: i64) {
        let last = self.0.entry(name.to_owned()).or_insert(step);
        *last = step.max(*last);
    }

    /// Takes out what was recorded before, and returns how much that was.
    pub(crate) fn remove_repeats(&self, metrics: &mut Metrics) -> u64 {
        let before = metrics.values.len();
        let is_new = |name: &String| self.0.get(name).is_none_or(|last| metrics.step > *last);
        metrics.values.retain(|name, _| is_new(name));
        (before - metrics.values.len()) as u64
    }
}
