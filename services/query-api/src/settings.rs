use filmlens_catalog_store::PostgresSettings;
use filmlens_settings::{Environment, Error};
use filmlens_telemetry::TelemetrySettings;
use filmlens_web::HttpSettings;
use serde::Deserialize;

/// Each section is described where its part of the product is.
#[derive(Debug, Clone, Deserialize)]
pub struct Settings {
    pub http: HttpSettings,
    #[serde(default)]
    pub postgres: PostgresSettings,
    #[serde(default)]
    pub telemetry: TelemetrySettings,
}

const DEFAULTS: &str = "
[http]
port = 8001
";

impl Settings {
    pub fn load(environment: &Environment) -> Result<Self, Error> {
        filmlens_settings::load(DEFAULTS, environment)
    }
}
