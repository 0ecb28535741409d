//! The program's side of `./dev bench sequence`.

mod load;
mod requests;
mod train;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Subcommand;
use clap::builder::RangedU64ValueParser;
use filmlens_gsasrec::{SequenceEngine, StoredModel};
use filmlens_inference::SequenceQuery;
use filmlens_program::output;
use serde::Serialize;

use crate::arguments::Precision;

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

#[derive(Clone, clap::Args)]
struct Asked {
    /// The folder of the model.
    #[arg(long, value_name = "FOLDER")]
    model: PathBuf,
    /// A line of item numbers for each history.
    #[arg(long, value_name = "FILE")]
    histories: PathBuf,
    /// What to compute with.
    #[arg(long, value_enum, default_value_t = Precision::F32)]
    precision: Precision,
}

impl Asked {
    fn engine(&self, device: tch::Device) -> anyhow::Result<SequenceEngine> {
        let model = StoredModel::open(&self.model, device)?.model;
        Ok(SequenceEngine::new(model, self.precision.into())?)
    }

    /// The ten best of the catalogue after each history, what was seen left out.
    fn queries(&self, item_count: u32) -> anyhow::Result<Vec<SequenceQuery>> {
        let histories = read_histories(&self.histories, item_count)?;
        let query =
            |history: Vec<u32>| SequenceQuery { k: 10, excluded: history.clone(), history, allowed: None };
        Ok(histories.into_iter().map(query).collect())
    }
}

fn read_histories(path: &Path, item_count: u32) -> anyhow::Result<Vec<Vec<u32>>> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut histories = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let history = parse_history(line, item_count);
        histories.push(history.with_context(|| format!("{}, line {}", path.display(), index + 1))?);
    }
    if histories.is_empty() {
        bail!("{} holds no histories", path.display());
    }
    Ok(histories)
}

fn parse_history(line: &str, item_count: u32) -> anyhow::Result<Vec<u32>> {
    let mut history = Vec::new();
    for word in line.split_whitespace() {
        let item = word.parse().with_context(|| format!("{word:?} is no item number"))?;
        if !(1..=item_count).contains(&item) {
            bail!("{item} is no item of this model; they run from 1 to {item_count}");
        }
        history.push(item);
    }
    if history.is_empty() {
        bail!("the history is empty; name at least one item");
    }
    Ok(history)
}

fn at_least_one() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..)
}

fn print_line(value: &impl Serialize) -> anyhow::Result<()> {
    output::print(&serde_json::to_string(value)?)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::arguments::Arguments;

    fn read(text: &str) -> Result<Vec<Vec<u32>>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("histories.txt");
        fs::write(&path, text).unwrap();
        let message = |error: anyhow::Error| format!("{error:#}").replace(&*path.to_string_lossy(), "FILE");
        read_histories(&path, 9).map_err(message)
    }

    #[test]
    fn histories_are_lines_of_item_numbers() {
        assert_eq!(read("1 2 3\n9\r\n  4 5").unwrap(), [vec![1, 2, 3], vec![9], vec![4, 5]]);
    }

    #[test]
    fn histories_that_the_model_cannot_read_are_refused_by_line() {
        let is_no_item = "is no item of this model; they run from 1 to 9";
        assert_eq!(read("1\n2 10 3\n").unwrap_err(), format!("FILE, line 2: 10 {is_no_item}"));
        assert_eq!(read("0\n").unwrap_err(), format!("FILE, line 1: 0 {is_no_item}"));
        assert_eq!(
            read("1\n\n2\n").unwrap_err(),
            "FILE, line 2: the history is empty; name at least one item"
        );
        assert!(read("1,2\n").unwrap_err().starts_with("FILE, line 1: \"1,2\" is no item number"));
        assert_eq!(read("").unwrap_err(), "FILE holds no histories");
    }

    #[test]
    fn sizes_of_0_are_refused() {
        let requests = "requests --model m --histories h --batch 8 --rounds 3";
        let load = "load --model m --histories h --clients 4 --seconds 2 --batching on";
        let train = "train --data d --items 9 --dimension 8 --blocks 1 --heads 1 --max-length 5 --negatives 2 \
                     --calibration 0.75 --dropout 0 --batch-size 4 --warm-up 0";
        for (line, sizes) in [
            (requests, ["--batch 8", "--rounds 3"].as_slice()),
            (load, &["--clients 4", "--seconds 2"]),
            (train, &["--items 9", "--dimension 8", "--blocks 1", "--heads 1", "--max-length 5"]),
            (train, &["--negatives 2", "--batch-size 4"]),
        ] {
            let parse = |line: &str| {
                let words = ["filmlens-sequence", "bench"].into_iter().chain(line.split_whitespace());
                Arguments::try_parse_from(words)
            };
            assert!(parse(line).is_ok(), "{line}");
            for size in sizes {
                let (name, _) = size.split_once(' ').unwrap();
                assert!(parse(&line.replace(size, &format!("{name} 0"))).is_err(), "{name}");
            }
        }
    }
}
