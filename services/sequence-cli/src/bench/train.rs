use std::path::PathBuf;

use filmlens_datasets::sequences::SequenceData;
use filmlens_gsasrec::loss::Loss;
use filmlens_gsasrec::training::{
    Batches, Coverage, Precision, Recipe, Schedule, Shape, Validation, measure,
};
use filmlens_gsasrec::{BlockKind, Positions, Start};
use serde_json::json;

use super::{at_least_one, print_line};
use crate::arguments::Machine;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A folder with sequences.txt.
    #[arg(long, value_name = "FOLDER")]
    data: PathBuf,
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    items: u32,
    #[arg(long, value_parser = clap::value_parser!(i64).range(1..))]
    dimension: i64,
    #[arg(long, value_parser = at_least_one())]
    blocks: usize,
    #[arg(long, value_parser = clap::value_parser!(i64).range(1..))]
    heads: i64,
    #[arg(long, value_parser = at_least_one())]
    max_length: usize,
    #[arg(long, value_parser = clap::value_parser!(i64).range(1..))]
    negatives: i64,
    /// The share of calibration in gBCE.
    #[arg(long)]
    calibration: f64,
    #[arg(long)]
    dropout: f64,
    #[arg(long, value_parser = at_least_one())]
    batch_size: usize,
    /// Steps before those that are measured.
    #[arg(long)]
    warm_up: usize,
    #[arg(long, default_value_t = 42)]
    seed: u64,
    #[command(flatten)]
    machine: Machine,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let device = arguments.machine.prepare()?;
    let data = SequenceData::read(&arguments.data)?;
    let interactions = data.interactions.with_item_count(arguments.items)?;
    let recipe = arguments.recipe();
    let pace = measure(&interactions, &recipe, arguments.warm_up, device)?;
    print_line(&json!({
        "steps": pace.steps,
        "tokens": pace.positions,
        "seconds": pace.seconds,
        "loss": pace.loss,
    }))
}

impl Arguments {
    fn recipe(&self) -> Recipe {
        Recipe {
            model: Shape {
                dimension: self.dimension,
                heads: self.heads,
                blocks: self.blocks,
                max_length: self.max_length,
                feed_forward: 1,
                block: BlockKind::Reference,
                positions: Positions::FromEnd,
                shared_table: false,
                scale_input: false,
            },
            loss: Loss::Gbce { negatives: self.negatives, calibration: self.calibration },
            training: Schedule {
                seed: self.seed,
                dropout: self.dropout,
                attention_dropout: self.dropout,
                batch_size: self.batch_size,
                learning_rate: 0.001,
                second_decay: 0.999,
                warm_up_steps: 0,
                final_rate: 1.0,
                epochs: 1,
                batches_per_epoch: None,
                validate_every: 1,
                patience: 1,
                coverage: Coverage::Newest,
                batches: Batches::Similar,
                start: Start::Pytorch,
                validation: Validation::HeldOut,
                averaging: None,
                precision: Precision::Single,
            },
        }
    }
}
