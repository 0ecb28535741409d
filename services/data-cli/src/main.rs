//! `filmlens-data`: everything that is done to the catalogue by hand or by a script, not by a service.

mod api_key;
mod arguments;
mod database;
mod download;
mod failure;
mod generate;
mod hashing;
mod load;
mod migrate;
mod output;
mod progress;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;
use tracing_subscriber::EnvFilter;

use arguments::{Arguments, Command};
use failure::Outcome;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let is_help = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            // Nothing is left to say when not even this can be printed.
            let _ = error.print();
            return if is_help { ExitCode::SUCCESS } else { ExitCode::FAILURE };
        }
    };
    // A bulk load's statements are long and meant to be.
    let filter = EnvFilter::new("warn,sqlx::query=error");
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(filter).init();
    match run(arguments).await {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::RowsRejected) => ExitCode::from(2),
        Err(error) => {
            failure::report(&error);
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> anyhow::Result<Outcome> {
    let url = arguments.database_url;
    match arguments.command {
        Command::Migrate(action) => migrate::run(action, url).await?,
        Command::Load(load) => return load::run(load, url).await,
        Command::Generate(what) => generate::run(what)?,
        Command::Download(download) => download::run(download).await?,
        Command::ApiKey(action) => api_key::run(action, url).await?,
    }
    Ok(Outcome::Done)
}
