use serde::{Deserialize, Serialize};

use crate::Error;
use crate::checks::{at_least_one, width};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct KMeansSettings {
    pub clusters: usize,
    /// How many times to begin anew; the tightest clusters are kept.
    pub starts: usize,
    /// In each start, at most so many moves of the centres.
    pub max_iterations: usize,
    /// A start ends when a move makes the clusters less than this share tighter.
    pub tolerance: f64,
    pub seed: u64,
}

impl Default for KMeansSettings {
    fn default() -> Self {
        Self { clusters: 5, starts: 10, max_iterations: 300, tolerance: 1e-6, seed: 0 }
    }
}

impl KMeansSettings {
    pub(super) fn check(&self) -> Result<(), Error> {
        width("clusters", self.clusters)?;
        at_least_one("starts", self.starts)?;
        at_least_one("max_iterations", self.max_iterations)?;
        if self.tolerance.is_nan() || self.tolerance < 0.0 {
            return Err(Error::Setting {
                setting: "tolerance",
                value: self.tolerance.to_string(),
                allowed: "0 or more",
            });
        }
        Ok(())
    }
}
