use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Parser, Subcommand};

use crate::{eval, models, predict, search, train};

/// Where prediction-api looks for its model.
pub(crate) const MODEL: &str = "models/production/movielens";
/// The variable that tells prediction-api of another place.
pub(crate) const MODEL_FOLDER: &str = "FILMLENS__MODEL__FOLDER";

#[derive(Parser)]
#[command(
    name = "filmlens-sensitivity",
    version,
    about = "Trains, evaluates and tries models of what a film holds: violence, sex, drugs, strong language, suicide.",
    after_help = "Examples:\n  \
        ./dev train sensitivity\n  \
        ./dev train sensitivity --data data/sensitivity\n  \
        ./dev eval sensitivity --data data/sensitivity --out results\n  \
        ./dev sensitivity search --data data/sensitivity --study study.jsonl\n  \
        ./dev sensitivity predict --title Heat --description \"A group of professional bank robbers…\" --explain\n  \
        ./dev sensitivity models\n  \
        ./dev sensitivity promote --model-version 3",
    disable_help_subcommand = true
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Train a model, evaluate it, and put it where prediction-api finds it.
    Train(Box<train::Arguments>),
    /// Say how good a model of these settings is at films that it has not seen, beside simple yardsticks.
    Eval(Box<eval::Arguments>),
    /// Look for better settings.
    Search(Box<search::Arguments>),
    /// Say what films hold, and why.
    Predict(predict::Arguments),
    /// List the versions of the model that were trained, and which one is in production.
    Models(models::ListArguments),
    /// Put another version of the model into production, such as the one before.
    Promote(models::PromoteArguments),
}

#[derive(Args)]
pub(crate) struct Machine {
    /// Threads for arithmetic [default: one for each core]
    #[arg(long, env = "FILMLENS_THREADS", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
}

impl Machine {
    /// To be called once, before anything is computed.
    pub(crate) fn prepare(&self) -> anyhow::Result<()> {
        let Some(threads) = self.threads else { return Ok(()) };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.into());
        pool.build_global().context("the threads cannot be started")
    }
}

#[derive(Args)]
pub(crate) struct Place {
    /// The folder of the model that is in production, in which prediction-api looks for it.
    #[arg(long, value_name = "FOLDER", env = MODEL_FOLDER, default_value = MODEL)]
    out: PathBuf,
}

impl Place {
    pub(crate) fn folder(&self) -> &Path {
        &self.out
    }

    pub(crate) fn cannot_be_used(&self) -> String {
        format!("the model cannot be put in {}", self.out.display())
    }
}
