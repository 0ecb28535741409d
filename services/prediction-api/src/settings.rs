use std::path::PathBuf;
use std::time::Duration;

use filmlens_catalog_store::PostgresSettings;
use filmlens_inference::EngineSettings;
use filmlens_settings::{Environment, Error};
use filmlens_telemetry::TelemetrySettings;
use filmlens_web::HttpSettings;
use serde::Deserialize;

/// Each section is described where its part of the product is.
#[derive(Debug, Clone, Deserialize)]
pub struct Settings {
    pub http: HttpSettings,
    #[serde(default)]
    pub model: ModelSettings,
    /// How much waits for the model, and how much it computes at once.
    #[serde(default)]
    pub engine: EngineSettings,
    #[serde(default)]
    pub saving: SavingSettings,
    #[serde(default)]
    pub postgres: PostgresSettings,
    #[serde(default)]
    pub telemetry: TelemetrySettings,
}

/// The `[model]` section.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ModelSettings {
    /// The folder that `filmlens-sensitivity train` writes. A relative one starts in the working folder.
    pub folder: PathBuf,
    /// How often to look whether another version was published.
    #[serde(with = "humantime_serde")]
    pub look_every: Duration,
}

/// The `[saving]` section: what happens to predictions after they were answered.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SavingSettings {
    /// Without, no database is needed, and nothing is saved.
    pub enabled: bool,
    /// Predictions that wait for the database; of more, the answers say that they are not kept.
    pub queue_predictions: usize,
    /// What these may take in memory, about.
    pub queue_bytes: usize,
    /// Predictions that are written in one transaction.
    pub batch_predictions: usize,
    /// How long one transaction may take until its connection counts as lost and it is tried again on another.
    #[serde(with = "humantime_serde")]
    pub write_timeout: Duration,
    /// How long the service goes on writing at shutdown, after the last answer.
    #[serde(with = "humantime_serde")]
    pub drain_timeout: Duration,
    /// A file for what could not be written until then: it is read at the next start. Without it that is lost.
    pub leftovers: Option<PathBuf>,
}

impl Default for ModelSettings {
    fn default() -> Self {
        Self { folder: "models/production/movielens".into(), look_every: Duration::from_secs(5) }
    }
}

impl Default for SavingSettings {
    fn default() -> Self {
        Self {
            enabled: true,
            queue_predictions: 20_000,
            queue_bytes: 64 * 1024 * 1024,
            batch_predictions: 200,
            write_timeout: Duration::from_secs(15),
            drain_timeout: Duration::from_secs(5),
            leftovers: None,
        }
    }
}

// A batch of 1,000 films is larger than what other services are sent.
const DEFAULTS: &str = "
[http]
port = 8000
body_limit_bytes = 8388608
";

impl Settings {
    pub fn load(environment: &Environment) -> Result<Self, Error> {
        filmlens_settings::load(DEFAULTS, environment)
    }
}
