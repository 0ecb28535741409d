use std::time::Duration;

use filmlens_telemetry::Chain;
use sqlx::postgres::{PgListener, PgPoolOptions};
use tokio::time::{sleep, timeout};

use crate::CatalogStore;

const CHANNEL: &str = "movies_catalog_changed";
const PING_INTERVAL: Duration = Duration::from_secs(1);
const PING_LIMIT: Duration = Duration::from_secs(1);
const LISTEN_LIMIT: Duration = Duration::from_secs(2);
const RETRY_INTERVAL: Duration = Duration::from_millis(250);
/// A bulk load changes the catalogue many times a second; titles are read again at most this often.
const TITLES_INTERVAL: Duration = Duration::from_millis(500);

impl CatalogStore {
    /// Follows the database for as long as the future is polled: notices at once when it goes away and when it is
    /// back, and when anybody changes the catalogue.
    pub async fn follow(&self) {
        tokio::join!(self.follow_database(), self.follow_titles());
    }

    /// [`Self::follow`] without the titles, for a service that suggests none.
    pub async fn follow_database(&self) {
        loop {
            let lost = match timeout(LISTEN_LIMIT, self.listen()).await {
                Ok(Ok(listener)) => {
                    // Before anybody asks again: whatever changed while nobody listened.
                    self.catalog_changed();
                    if self.set_down(false) {
                        tracing::info!("the catalogue's database is back");
                    }
                    self.follow_changes(listener).await;
                    "the connection was lost".to_owned()
                }
                Ok(Err(error)) => Chain(&error).to_string(),
                Err(late) => late.to_string(),
            };
            if !self.set_down(true) {
                tracing::error!(
                    cause = lost,
                    "the catalogue's database is down; trying again until it answers"
                );
            }
            sleep(RETRY_INTERVAL).await;
        }
    }

    async fn listen(&self) -> Result<PgListener, sqlx::Error> {
        // A pool of its own: the listener must not be starved by requests, nor take a connection from them.
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(PING_LIMIT)
            .connect_lazy_with(self.pool().connect_options().as_ref().clone());
        let mut listener = PgListener::connect_with(&pool).await?;
        listener.eager_reconnect(false);
        listener.listen(CHANNEL).await?;
        Ok(listener)
    }

    /// Returns when the connection is lost or no longer answers.
    async fn follow_changes(&self, mut listener: PgListener) {
        loop {
            match timeout(PING_INTERVAL, listener.try_recv()).await {
                Ok(Ok(Some(_change))) => {
                    while listener.next_buffered().is_some() {}
                    self.catalog_changed();
                }
                Ok(Ok(None) | Err(_)) => return,
                Err(_quiet) => {
                    let ping = sqlx::query("SELECT 1").execute(&mut listener);
                    if !matches!(timeout(PING_LIMIT, ping).await, Ok(Ok(_))) {
                        return;
                    }
                }
            }
        }
    }

    async fn follow_titles(&self) {
        let mut revisions = self.revisions();
        loop {
            revisions.mark_unchanged();
            if !self.is_down()
                && let Err(error) = self.reload_titles().await
            {
                tracing::warn!(error = %Chain(&error), "titles could not be read for suggestions"
                );
                sleep(RETRY_INTERVAL).await;
                continue;
            }
            sleep(TITLES_INTERVAL).await;
            if revisions.changed().await.is_err() {
                return;
            }
        }
    }
}
