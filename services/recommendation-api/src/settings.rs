use std::path::PathBuf;
use std::time::Duration;

use filmlens_settings::{Environment, Error};
use filmlens_telemetry::TelemetrySettings;
use filmlens_web::HttpSettings;
use serde::Deserialize;

/// Each section is described where its part of the product is.
#[derive(Debug, Clone, Deserialize)]
pub struct Settings {
    pub http: HttpSettings,
    #[serde(default)]
    pub models: ModelSettings,
    #[serde(default)]
    pub work: WorkSettings,
    #[serde(default)]
    pub telemetry: TelemetrySettings,
}

/// The `[models]` section: folders that `filmlens-classic train` writes. Relative ones start in the working folder.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ModelSettings {
    /// What recommends, tells similar films and predicts ratings.
    pub classic: PathBuf,
    /// What answers under /filmes.
    pub filmes: PathBuf,
    /// How often to look whether another version was published.
    #[serde(with = "humantime_serde")]
    pub look_every: Duration,
}

/// The `[work]` section: how much is computed at a time.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WorkSettings {
    /// Answers that are computed at once; 0 is one for each core.
    pub at_once: usize,
    /// Requests that wait for their turn; more are answered with 429.
    pub waiting: usize,
}

impl Default for ModelSettings {
    fn default() -> Self {
        Self {
            classic: "models/classic".into(),
            filmes: "models/filmes".into(),
            look_every: Duration::from_secs(5),
        }
    }
}

impl Default for WorkSettings {
    fn default() -> Self {
        Self { at_once: 0, waiting: 256 }
    }
}

const DEFAULTS: &str = "
[http]
port = 8002
";

impl Settings {
    pub fn load(environment: &Environment) -> Result<Self, Error> {
        filmlens_settings::load(DEFAULTS, environment)
    }
}
