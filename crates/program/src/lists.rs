use std::fs;
use std::path::Path;

use anyhow::Context;
use filmlens_artifacts::DataRecord;
use serde::{Deserialize, Serialize};

use crate::output;

/// What a model ranked, case by case, so that a program that cannot run it can judge it beside its own models.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RankedLists {
    pub model: String,
    pub version: String,
    pub data: DataRecord,
    pub cases: Vec<RankedCase>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RankedCase {
    pub user: u32,
    pub target: u32,
    /// The target's place in the whole catalogue less what the user had seen, 1 for the best.
    pub rank: usize,
    pub history_length: usize,
    /// Best first.
    pub recommended: Vec<u32>,
}

impl RankedLists {
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let text = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        serde_json::from_slice(&text)
            .with_context(|| format!("{} does not hold lists that --lists wrote", path.display()))
    }

    pub fn write(&self, path: &Path) -> anyhow::Result<()> {
        output::write(path, serde_json::to_vec(self)?)
    }
}
