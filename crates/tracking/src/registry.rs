use std::path::Path;

use crate::error::Error;

/// One version of a model: an artifact, or a folder of artifacts, of a run.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ModelVersion {
    pub name: String,
    pub version: u32,
    /// The run that made it; on an MLflow server, that server's own id of the run.
    pub run_id: String,
    pub artifact_path: String,
}

/// A version in a list.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ListedVersion {
    pub version: u32,
    pub run_id: String,
    /// In the order of their names.
    pub aliases: Vec<String>,
}

/// Models by name, with versions and aliases, on an MLflow server or in the tracking folder. Calls block until they are
/// done, and must be made after the run that they name was finished.
pub trait Registry: Send + Sync {
    /// Adds a version, and the model itself with its first one.
    fn register(&self, name: &str, run_id: &str, artifact_path: &str) -> Result<ModelVersion, Error>;

    /// Points an alias at a version, from wherever it pointed before.
    fn set_alias(&self, name: &str, alias: &str, version: u32) -> Result<(), Error>;

    fn by_alias(&self, name: &str, alias: &str) -> Result<Option<ModelVersion>, Error>;

    fn by_version(&self, name: &str, version: u32) -> Result<Option<ModelVersion>, Error>;

    /// The newest first; none of a model that nobody registered.
    fn versions(&self, name: &str) -> Result<Vec<ListedVersion>, Error>;

    /// Copies the artifact to `destination`: a file to a file, a folder into a folder.
    fn download(&self, version: &ModelVersion, destination: &Path) -> Result<(), Error>;
}
