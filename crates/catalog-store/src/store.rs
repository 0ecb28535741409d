use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use filmlens_settings::Secret;
use serde::{Deserialize, Serialize};
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{PgPool, Postgres};
use tokio::sync::watch;

use crate::films::Remembered;
use crate::suggestions::TitleIndex;
use crate::{Error, PostgresSettings};

/// Which change of a row somebody has seen: the base of ETags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version(pub i32);

#[derive(Clone)]
pub struct CatalogStore {
    pool: PgPool,
    shared: Arc<Shared>,
}

/// What every clone of the store sees alike.
pub(crate) struct Shared {
    /// Turned by [`CatalogStore::follow`]: while Postgres is known to be down, requests are refused at once instead
    /// of each waiting for its own connection attempt.
    is_down: AtomicBool,
    /// Counts the changes of the catalogue. What is remembered is remembered for one revision.
    revision: watch::Sender<u64>,
    pub(crate) remembered: Remembered,
    pub(crate) titles: arc_swap::ArcSwapOption<TitleIndex>,
}

impl CatalogStore {
    /// Prepares a pool; connections are opened when they are needed, so that a service can start before Postgres.
    pub fn connect(url: &Secret, settings: &PostgresSettings) -> Result<Self, Error> {
        let statement_timeout = settings.statement_timeout.as_millis().to_string();
        let options: PgConnectOptions = url.expose().parse().map_err(Error::Address)?;
        let options = options.application_name("filmlens").options([
            ("statement_timeout", statement_timeout.as_str()),
            // Compiling a counting query takes longer than running it.
            ("jit", "off"),
            // A plan for any value cannot tell a rare word from a common one, and would fold the searched text anew
            // for every film that it looks at.
            ("plan_cache_mode", "force_custom_plan"),
            ("pg_trgm.word_similarity_threshold", "0.5"),
        ]);
        let pool = PgPoolOptions::new()
            .max_connections(settings.max_connections)
            .acquire_timeout(settings.acquire_timeout)
            .idle_timeout(Duration::from_secs(300))
            .connect_lazy_with(options);
        let shared = Shared {
            is_down: AtomicBool::new(false),
            revision: watch::Sender::new(0),
            remembered: Remembered::new(settings.remembered_searches),
            titles: arc_swap::ArcSwapOption::empty(),
        };
        Ok(Self { pool, shared: Arc::new(shared) })
    }

    /// For the bulk loader and the migrations, which hold a connection for long.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Asks Postgres whether it is there.
    pub async fn ping(&self) -> Result<(), Error> {
        let mut connection = self.connection().await?;
        sqlx::query("SELECT 1").execute(&mut *connection).await.map_err(|error| self.failed(error))?;
        Ok(())
    }

    pub(crate) async fn connection(&self) -> Result<PoolConnection<Postgres>, Error> {
        if self.shared.is_down.load(Ordering::Relaxed) {
            return Err(Error::Unavailable(None));
        }
        self.pool.acquire().await.map_err(|error| self.failed(error))
    }

    /// Turns a failure into what it means. A failed connection does not close the gate by itself: only the follower,
    /// which also opens it again, does.
    pub(crate) fn failed(&self, error: sqlx::Error) -> Error {
        let no_connection_at_all = matches!(error, sqlx::Error::PoolTimedOut) && self.pool.size() == 0;
        if no_connection_at_all { Error::Unavailable(Some(error)) } else { error.into() }
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }

    pub(crate) fn set_down(&self, is_down: bool) -> bool {
        self.shared.is_down.swap(is_down, Ordering::Relaxed)
    }

    pub fn is_down(&self) -> bool {
        self.shared.is_down.load(Ordering::Relaxed)
    }

    pub(crate) fn revision(&self) -> u64 {
        *self.shared.revision.borrow()
    }

    pub(crate) fn revisions(&self) -> watch::Receiver<u64> {
        self.shared.revision.subscribe()
    }

    /// Forgets what was remembered of the catalogue as it was.
    pub(crate) fn catalog_changed(&self) {
        self.shared.revision.send_modify(|revision| *revision += 1);
        self.shared.remembered.forget();
    }
}
