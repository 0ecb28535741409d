use clap::Subcommand;
use filmlens_catalog_store::migrate;

use crate::database;
use crate::output::say;

#[derive(Subcommand)]
pub(crate) enum MigrateAction {
    /// Apply the migrations that are missing. Safe to run at any time.
    Up,
    /// Take migrations back, and with them the data in their tables.
    Down {
        /// How many, from the last one on.
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
        steps: u16,
    },
    /// List the migrations and whether each is applied.
    Status,
}

pub(crate) async fn run(action: MigrateAction, url: Option<String>) -> anyhow::Result<()> {
    let store = database::connect(url).await?;
    let pool = store.pool();
    match action {
        MigrateAction::Up => migrate::up(pool).await?,
        MigrateAction::Down { steps } => migrate::down(pool, steps.into()).await?,
        MigrateAction::Status => {}
    }
    for step in migrate::status(pool).await? {
        let state = if step.is_applied { "applied" } else { "missing" };
        say(format_args!("{state}  {:>4}  {}", step.version, step.description))?;
    }
    Ok(())
}
