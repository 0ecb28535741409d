//! The schema, carried in the program: a service brings it up to date when it starts, `filmlens-data migrate` on request.

use sqlx::PgPool;
use sqlx::migrate::{Migrate, Migrator};

use crate::Error;

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");
const MIGRATIONS_TABLE: &str = "_sqlx_migrations";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationStatus {
    pub version: i64,
    pub description: String,
    pub is_applied: bool,
}

/// Applies what is missing. Safe to call from several processes at once: sqlx takes an advisory lock.
pub async fn up(pool: &PgPool) -> Result<(), Error> {
    Ok(MIGRATIONS.run(pool).await?)
}

/// Takes the last `steps` migrations back, with the data that they hold.
pub async fn down(pool: &PgPool, steps: usize) -> Result<(), Error> {
    let applied: Vec<i64> =
        status(pool).await?.iter().filter(|step| step.is_applied).map(|step| step.version).collect();
    let target = applied.iter().rev().nth(steps).copied().unwrap_or(0);
    Ok(MIGRATIONS.undo(pool, target).await?)
}

pub async fn status(pool: &PgPool) -> Result<Vec<MigrationStatus>, Error> {
    let mut connection = pool.acquire().await.map_err(Error::from)?;
    connection.ensure_migrations_table(MIGRATIONS_TABLE).await?;
    let applied = connection.list_applied_migrations(MIGRATIONS_TABLE).await?;
    let steps = MIGRATIONS.iter().filter(|migration| migration.migration_type.is_up_migration());
    Ok(steps
        .map(|migration| MigrationStatus {
            version: migration.version,
            description: migration.description.to_string(),
            is_applied: applied.iter().any(|applied| applied.version == migration.version),
        })
        .collect())
}
