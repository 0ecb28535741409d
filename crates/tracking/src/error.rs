use std::io;
use std::path::{Path, PathBuf};

/// Why a call to the tracking could not do what it should. Recording itself never fails; see [`crate::Delivery`].
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("tracking URI has the scheme {scheme}: give one that starts with http:// or https://")]
    Scheme { scheme: String },
    #[error("HTTP client cannot be set up")]
    Client(#[source] reqwest::Error),
    #[error("cannot use {}", path.display())]
    File {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("{} is not what was written there: move it away", path.display())]
    Content {
        path: PathBuf,
        #[source]
        source: serde_json::Error,
    },
    #[error("thread for the run cannot be started")]
    Thread(#[source] io::Error),
    #[error("run {id} is unknown: check the id and the tracking folder")]
    UnknownRun { id: String },
    #[error("run {id} is in use by another program: wait until that has ended")]
    InUse { id: String },
    #[error("run {id} is not on the server yet: start or resume a run while the server answers")]
    NotOnServer { id: String },
    #[error("run {run} has no artifact {artifact}")]
    UnknownArtifact { run: String, artifact: String },
    #[error("artifacts of run {run} are kept at {uri}, not by the server: start it with --serve-artifacts")]
    ArtifactsElsewhere { run: String, uri: String },
    #[error("model {name} has no version {version}")]
    UnknownVersion { name: String, version: u32 },
    #[error("{name:?} cannot name a model or an alias: use letters, digits, '-', '_' and '.'")]
    Name { name: String },
    #[error("MLflow server cannot be used")]
    Server(#[from] ServerError),
}

impl Error {
    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        |source| Self::File { path, source }
    }
}

/// How a call to an MLflow server failed, which decides what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// Worth another try: no connection, no answer, overload.
    #[error("{server} does not answer: {reason}")]
    Away { server: String, reason: String, retry_after_seconds: Option<u64> },
    /// Nothing that is sent would be taken.
    #[error("{server} refuses: {reason}; check the tracking URI and credentials")]
    Refused { server: String, reason: String },
    /// The content of this one request.
    #[error("{server} rejects the request: {message}")]
    Rejected { server: String, code: String, message: String },
    #[error("file of an artifact cannot be read or written")]
    File(#[source] io::Error),
}

impl ServerError {
    pub(crate) fn is_code(&self, wanted: &str) -> bool {
        matches!(self, Self::Rejected { code, .. } if code == wanted)
    }
}
