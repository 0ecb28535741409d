use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use filmlens_gsasrec::{SequenceEngine, StoredModel};
use filmlens_inference::{SequenceModel, SequenceQuery};
use filmlens_program::output;
use serde::Serialize;

use crate::arguments::{Machine, Precision};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The folder of the model.
    model: PathBuf,
    /// What somebody watched, oldest first: item numbers of the model with commas between them, such as 5,17,3.
    #[arg(long, value_delimiter = ',', required = true, value_name = "ITEMS")]
    history: Vec<i64>,
    /// How many items to list.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1000))]
    k: u32,
    /// The history holds ids of the catalogue, not item numbers.
    #[arg(long)]
    ids: bool,
    /// List items of the history, too.
    #[arg(long)]
    keep_seen: bool,
    /// Print the items as JSON.
    #[arg(long)]
    json: bool,
    /// What to compute with.
    #[arg(long, value_enum, default_value_t = Precision::F32)]
    precision: Precision,
    #[command(flatten)]
    machine: Machine,
}

#[derive(Serialize)]
struct Answer<'a> {
    model: &'a str,
    version: &'a str,
    history: &'a [u32],
    items: Vec<Listed>,
}

#[derive(Serialize)]
struct Listed {
    item: u32,
    id: Option<i64>,
    score: f32,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let device = arguments.machine.prepare()?;
    let StoredModel { model, vocabulary, manifest, .. } = StoredModel::open(&arguments.model, device)
        .with_context(|| format!("the model in {} cannot be used", arguments.model.display()))?;
    let items = model.config().items;
    let mut history = Vec::new();
    for number in &arguments.history {
        history.push(if arguments.ids {
            let item = vocabulary.find_item(*number);
            item.with_context(|| format!("--history: the model knows no film with the id {number}"))?
        } else {
            let item = u32::try_from(*number).ok().filter(|item| (1..=items).contains(item));
            item.with_context(|| {
                format!("--history: {number} is no item of this model; they run from 1 to {items}")
            })?
        });
    }
    let excluded = if arguments.keep_seen { Vec::new() } else { history.clone() };
    let query = SequenceQuery { history: history.clone(), k: arguments.k as usize, excluded, allowed: None };
    let answers = SequenceEngine::new(model, arguments.precision.into())?.recommend(&[query]);
    let answers = answers.map_err(|error| anyhow::anyhow!(error).context("the model did not answer"))?;
    let list = |scored: &filmlens_inference::ScoredItem| Listed {
        item: scored.item,
        id: vocabulary.find_id(scored.item),
        score: scored.score,
    };
    let listed: Vec<Listed> = answers.iter().flatten().map(list).collect();
    if arguments.json {
        output::print_json(&Answer {
            model: &manifest.name,
            version: &manifest.version,
            history: &history,
            items: listed,
        })?;
    } else {
        let mut table = format!("{:>8} {:>10} {:>9}\n", "item", "id", "score");
        for Listed { item, id, score } in listed {
            let id = id.map_or_else(String::new, |id| id.to_string());
            table += &format!("{item:>8} {id:>10} {score:>9.4}\n");
        }
        output::print(&table)?;
    }
    Ok(ExitCode::SUCCESS)
}
