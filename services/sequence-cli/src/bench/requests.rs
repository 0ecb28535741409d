use std::time::Instant;

use anyhow::{Context, anyhow};
use filmlens_inference::{SequenceModel, SequenceQuery};
use serde_json::json;

use super::{Asked, at_least_one, print_line};
use crate::arguments::Machine;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    asked: Asked,
    /// How many requests are computed at once; may be given several times.
    #[arg(long, required = true, value_parser = at_least_one())]
    batch: Vec<usize>,
    /// Batches of each size.
    #[arg(long, value_parser = at_least_one())]
    rounds: usize,
    #[command(flatten)]
    machine: Machine,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let device = arguments.machine.prepare()?;
    let mut engine = arguments.asked.engine(device)?;
    let queries = arguments.asked.queries(engine.shape().item_count)?;
    let mut ask = |batch: &[SequenceQuery]| {
        let started = Instant::now();
        let answers = engine.recommend(batch).map_err(|error| anyhow!(error))?;
        anyhow::Ok((started.elapsed().as_secs_f64() * 1e3, answers))
    };
    for size in &arguments.batch {
        let batches: Vec<&[SequenceQuery]> = queries.chunks_exact(*size).collect();
        let first = *batches.first().with_context(|| format!("there are fewer than {size} histories"))?;
        let (_, answers) = ask(first)?;
        ask(first)?;
        let mut times = Vec::with_capacity(arguments.rounds);
        for batch in batches.iter().cycle().take(arguments.rounds) {
            times.push(ask(batch)?.0);
        }
        let items: Vec<Vec<u32>> =
            answers.iter().map(|list| list.iter().map(|scored| scored.item).collect()).collect();
        print_line(&json!({ "batch": size, "milliseconds": times, "answers": items }))?;
    }
    Ok(())
}
