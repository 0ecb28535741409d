//! Loads many films at once. A batch goes in by COPY and is merged in one transaction together with the position that
//! it reaches, so that a load which was cut off goes on with the next batch, and nothing is ever half there.
//!
//! The trigram indexes are nearly all of the cost, and with [`SESSION`] to keep them up costs little more than to drop
//! them and build them anew. So they stay: searches go on during a load, and a load that is killed leaves no index to
//! be rebuilt.

mod copy_rows;
mod human_levels;
mod merge;

use filmlens_domain::Film;
use sqlx::postgres::{PgConnection, PgExecutor};
use sqlx::{AssertSqlSafe, Connection as _, PgPool};

use crate::Error;
use merge::Merge;

pub use human_levels::{HUMAN_VERSION, HumanLevels, load_triggers};

/// Of the loading session alone. New index entries are first kept in lists, and merged in large lots.
const SESSION: &str = "SET statement_timeout = 0; SET synchronous_commit = off; SET gin_pending_list_limit = '64MB'; \
     SET work_mem = '256MB'; SET maintenance_work_mem = '512MB'";

/// One load at a time; "filmload" in ASCII.
const LOCK: i64 = 0x6669_6c6d_6c6f_6164;

#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    #[error("another load is running on this database")]
    AlreadyRunning,
    #[error("the disk of the database is full; nothing of this batch was kept")]
    DiskFull(#[source] sqlx::Error),
    #[error(transparent)]
    Store(#[from] Error),
}

impl From<sqlx::Error> for LoadError {
    fn from(error: sqlx::Error) -> Self {
        const DISK_FULL: &str = "53100";
        if has_code(&error, DISK_FULL) { Self::DiskFull(error) } else { Self::Store(error.into()) }
    }
}

/// What became of the films of a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applied {
    pub inserted: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub rejected: Vec<RejectedFilm>,
}

/// A film that cannot be merged into the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedFilm {
    /// Its place in the batch.
    pub index: usize,
    pub reason: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Write,
    /// Finds out what would be done, and does nothing.
    DryRun,
}

/// A load that is going on. It has a connection of its own, and excludes other loads until it is dropped.
pub struct BulkLoad {
    connection: PgConnection,
    source: String,
    fingerprint: String,
    position: u64,
    mode: Mode,
    merge: Merge,
    has_written: bool,
}

impl BulkLoad {
    /// Begins to load `source`, or goes on with it. Its fingerprint tells one content of the source from another.
    pub async fn begin(
        pool: &PgPool,
        source: &str,
        fingerprint: &str,
        mode: Mode,
    ) -> Result<Self, LoadError> {
        let mut connection = pool.acquire().await?.detach();
        sqlx::raw_sql(SESSION).execute(&mut connection).await?;
        exclude_others(&mut connection).await?;
        let position = kept_position(&mut connection, source, fingerprint).await?;
        sqlx::raw_sql(AssertSqlSafe(merge::temporary_tables())).execute(&mut connection).await?;
        Ok(Self {
            connection,
            source: source.to_owned(),
            fingerprint: fingerprint.to_owned(),
            position: position.unwrap_or(0),
            mode,
            merge: Merge::new(),
            has_written: false,
        })
    }

    /// How many films of the source an earlier, unfinished load has dealt with.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Merges a batch of films, of which no two may share an id. When it fails, nothing of the batch is kept.
    pub async fn apply(&mut self, batch: &[Film], next_position: u64) -> Result<Applied, LoadError> {
        let mut transaction = self.connection.begin().await?;
        if self.mode == Mode::Write {
            // An editor who adds a film between our look and our insert would make the whole batch fail.
            sqlx::query("LOCK TABLE movies_catalog IN SHARE ROW EXCLUSIVE MODE")
                .execute(&mut *transaction)
                .await?;
        }
        copy_rows::copy(&mut transaction, batch).await?;
        let applied = self.merge.run(&mut transaction, self.mode).await?;
        if self.mode == Mode::DryRun {
            transaction.rollback().await?;
            return Ok(applied);
        }
        sqlx::query(
            "INSERT INTO load_positions (source, fingerprint, position) VALUES ($1, $2, $3) \
             ON CONFLICT (source, fingerprint) DO UPDATE SET position = excluded.position, updated_at = now()",
        )
        .bind(&self.source)
        .bind(&self.fingerprint)
        .bind(next_position.cast_signed())
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        self.position = next_position;
        self.has_written |= applied.inserted + applied.updated > 0;
        Ok(applied)
    }

    /// Forgets the position, and brings indexes and statistics in order.
    pub async fn finish(mut self) -> Result<(), LoadError> {
        if self.mode == Mode::Write {
            sqlx::query("DELETE FROM load_positions WHERE source = $1 AND fingerprint = $2")
                .bind(&self.source)
                .bind(&self.fingerprint)
                .execute(&mut self.connection)
                .await?;
        }
        if self.has_written {
            sqlx::query("VACUUM (ANALYZE) movies_catalog").execute(&mut self.connection).await?;
        }
        // The server would find out on its own that this connection is closed, but later than the caller goes on.
        sqlx::query("SELECT pg_advisory_unlock($1)").bind(LOCK).execute(&mut self.connection).await?;
        self.connection.close().await?;
        Ok(())
    }
}

/// Whether a load of this very content was begun, and did not come to its end.
pub async fn is_unfinished(pool: &PgPool, source: &str, fingerprint: &str) -> Result<bool, LoadError> {
    Ok(kept_position(pool, source, fingerprint).await?.is_some())
}

async fn kept_position(
    executor: impl PgExecutor<'_>,
    source: &str,
    fingerprint: &str,
) -> Result<Option<u64>, sqlx::Error> {
    let position: Option<i64> =
        sqlx::query_scalar("SELECT position FROM load_positions WHERE source = $1 AND fingerprint = $2")
            .bind(source)
            .bind(fingerprint)
            .fetch_optional(executor)
            .await?;
    Ok(position.map(i64::unsigned_abs))
}

/// Waits a moment, for the server may not have noticed yet that an earlier load was killed.
async fn exclude_others(connection: &mut PgConnection) -> Result<(), LoadError> {
    const LOCK_NOT_AVAILABLE: &str = "55P03";
    sqlx::query("SET lock_timeout = '2s'").execute(&mut *connection).await?;
    let locked = sqlx::query("SELECT pg_advisory_lock($1)").bind(LOCK).execute(&mut *connection).await;
    if let Err(error) = locked {
        let is_locked = has_code(&error, LOCK_NOT_AVAILABLE);
        return Err(if is_locked { LoadError::AlreadyRunning } else { error.into() });
    }
    sqlx::query("SET lock_timeout = 0").execute(connection).await?;
    Ok(())
}

fn has_code(error: &sqlx::Error, code: &str) -> bool {
    error.as_database_error().is_some_and(|database| database.code().as_deref() == Some(code))
}
