use std::path::PathBuf;
use std::time::Duration;

use filmlens_settings::Secret;
use reqwest::Url;

/// Where runs are recorded.
#[derive(Debug, Clone)]
pub struct TrackingSettings {
    /// An MLflow server, its path prefix included; none to keep runs as files.
    pub uri: Option<Url>,
    pub credentials: Option<Credentials>,
    /// Holds the runs as files, or what a server has not got yet.
    pub folder: PathBuf,
    /// How long `finish` goes on trying while the server does not answer.
    pub patience: Duration,
}

#[derive(Debug, Clone)]
pub enum Credentials {
    Token(Secret),
    Password { user: String, password: Secret },
}

impl TrackingSettings {
    pub fn new(uri: Option<Url>, folder: impl Into<PathBuf>) -> Self {
        Self { uri, credentials: None, folder: folder.into(), patience: Duration::from_secs(30) }
    }
}
