use clap::{Parser, Subcommand};

use crate::api_key::ApiKeyAction;
use crate::download::Download;
use crate::generate::Generate;
use crate::load::Load;
use crate::migrate::MigrateAction;

const EXAMPLES: &str = "\
Examples:
  filmlens-data migrate up                                 bring the schema up to date
  filmlens-data load demo                                  the built-in catalogue of some 500 films
  filmlens-data download ml-latest-small --to data         fetch a MovieLens set …
  filmlens-data load movielens data/ml-latest-small        … and load it
  filmlens-data load filmlens-csv films.csv --dry-run      what would be done, without doing it
  filmlens-data api-key create --name me --role editor     a key that may change the catalogue

The database is, in this order: --database-url, the secret named by RDS_SECRET_MANAGER_ARN, \
DATABASE_URL, or DB_HOST, DB_PORT, DB_NAME, DB_USER and DB_PASSWORD.

Exit codes: 0 done, 1 failed, 2 rows were rejected (only with --strict).";

/// Brings films into the FilmLens catalogue.
#[derive(Parser)]
#[command(name = "filmlens-data", version, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The database's address, such as postgres://user:password@host:5432/filmlens.
    #[arg(long, visible_alias = "db", global = true, value_name = "URL")]
    pub(crate) database_url: Option<String>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Change the schema of the database, or see where it stands.
    #[command(subcommand)]
    Migrate(MigrateAction),
    /// Load films into the catalogue.
    Load(Load),
    /// Make synthetic users, films and ratings, as MovieLens files.
    #[command(subcommand)]
    Generate(Generate),
    /// Fetch a MovieLens data set.
    Download(Download),
    /// Manage the keys by which programs identify themselves.
    #[command(subcommand)]
    ApiKey(ApiKeyAction),
}
