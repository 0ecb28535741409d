use std::time::Duration;

use anyhow::{Context as _, bail};
use filmlens_catalog_store::{CatalogStore, PostgresSettings, migrate};
use filmlens_settings::{Environment, Secret, postgres_url};
use sqlx::{Connection as _, PgConnection};

/// Connects to the database, and makes sure that it answers.
pub(crate) async fn connect(url: Option<String>) -> anyhow::Result<CatalogStore> {
    let url = match url {
        Some(url) => Secret::new(url),
        None => postgres_url(&Environment::from_process()).await?,
    };
    // A pool would only say that no connection came in time; this says why.
    let attempt = tokio::time::timeout(Duration::from_secs(10), PgConnection::connect(url.expose())).await;
    let connection = attempt.context("it did not answer within 10 s").and_then(|connection| Ok(connection?)).context(
        "the database cannot be reached: start it (./dev up, or docker compose up), or name another one by \
         --database-url or DATABASE_URL",
    )?;
    connection.close().await?;
    let settings = PostgresSettings {
        max_connections: 2,
        acquire_timeout: Duration::from_secs(10),
        statement_timeout: Duration::ZERO,
        ..PostgresSettings::default()
    };
    Ok(CatalogStore::connect(&url, &settings)?)
}

/// As [`connect`], for commands that need the tables.
pub(crate) async fn connect_migrated(url: Option<String>) -> anyhow::Result<CatalogStore> {
    let store = connect(url).await?;
    let missing = migrate::status(store.pool()).await?.iter().filter(|step| !step.is_applied).count();
    if missing > 0 {
        bail!("the database lacks {missing} migrations: run `filmlens-data migrate up` first");
    }
    Ok(store)
}
