//! The program's side of `./dev bench sequence`.

mod load;
mod requests;
mod train;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Subcommand;
use filmlens_gsasrec::{SequenceEngine, StoredModel};
use filmlens_inference::SequenceQuery;
use serde::Serialize;

use crate::output;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// The speed of training steps with the reference's blocks and gBCE.
    Train(train::Arguments),
    /// How long batches of requests take.
    Requests(requests::Arguments),
    /// What an engine answers to clients who ask again as soon as they are answered.
    Load(load::Arguments),
}

pub(crate) fn run(command: &Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Train(arguments) => train::run(arguments)?,
        Command::Requests(arguments) => requests::run(arguments)?,
        Command::Load(arguments) => load::run(arguments)?,
    }
    Ok(ExitCode::SUCCESS)
}

#[derive(clap::Args)]
struct Asked {
    /// The folder of the model.
    #[arg(long, value_name = "FOLDER")]
    model: PathBuf,
    /// A line of item numbers for each history.
    #[arg(long, value_name = "FILE")]
    histories: PathBuf,
}

impl Asked {
    fn engine(&self, device: tch::Device) -> anyhow::Result<SequenceEngine> {
        Ok(SequenceEngine::new(StoredModel::open(&self.model, device)?.model))
    }

    /// The ten best of the catalogue after each history, what was seen left out.
    fn queries(&self) -> anyhow::Result<Vec<SequenceQuery>> {
        let histories = read_histories(&self.histories)?;
        let query =
            |history: Vec<u32>| SequenceQuery { k: 10, excluded: history.clone(), history, allowed: None };
        Ok(histories.into_iter().map(query).collect())
    }
}

fn read_histories(path: &Path) -> anyhow::Result<Vec<Vec<u32>>> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let parse = |line: &str| line.split_whitespace().map(str::parse).collect::<Result<Vec<u32>, _>>();
    text.lines().map(|line| parse(line).with_context(|| format!("not item numbers: {line:?}"))).collect()
}

fn print_line(value: &impl Serialize) -> anyhow::Result<()> {
    output::print(&serde_json::to_string(value)?)
}
