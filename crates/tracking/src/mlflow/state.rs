use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::folder::{RunFolder, read_json, write_json};
use crate::last_steps::LastSteps;

/// mlflow.json: the run as the server knows it, and how much of the spool it has.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) run: Option<ServerRun>,
    /// Bytes of spool.jsonl that are delivered.
    pub(crate) sent: u64,
    pub(crate) last_steps: LastSteps,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ServerRun {
    pub(crate) run_id: String,
    pub(crate) artifact_uri: String,
}

const FILE: &str = "mlflow.json";

impl State {
    pub(crate) fn load(folder: &RunFolder) -> Result<Self, Error> {
        Self::load_from(&folder.path)
    }

    pub(crate) fn load_from(folder: &std::path::Path) -> Result<Self, Error> {
        Ok(read_json(&folder.join(FILE))?.unwrap_or_default())
    }

    pub(crate) fn save(&self, folder: &RunFolder) -> Result<(), Error> {
        write_json(&folder.path.join(FILE), self)
    }
}
