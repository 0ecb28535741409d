use std::time::Duration;

use serde::Deserialize;

/// How a service uses Postgres. Where Postgres is and who asks comes from `filmlens_settings::postgres_url`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PostgresSettings {
    /// Connections that the service opens at most.
    pub max_connections: u32,
    /// How long a request waits for a connection before it is refused as busy.
    #[serde(with = "humantime_serde")]
    pub acquire_timeout: Duration,
    /// After how long Postgres itself gives a statement up.
    #[serde(with = "humantime_serde")]
    pub statement_timeout: Duration,
    /// Whether the service brings the schema up to date when it starts.
    pub migrate_on_start: bool,
    /// How many answered searches, totals and facets are remembered until the catalogue changes; 0 for none.
    pub remembered_searches: u64,
}

impl Default for PostgresSettings {
    fn default() -> Self {
        Self {
            max_connections: 10,
            acquire_timeout: Duration::from_millis(500),
            statement_timeout: Duration::from_secs(5),
            migrate_on_start: true,
            remembered_searches: 10_000,
        }
    }
}
