use std::path::PathBuf;

use filmlens_datasets::sequences::SequenceData;
use filmlens_gsasrec::loss::Loss;
use filmlens_gsasrec::training::{Coverage, Precision, Recipe, Schedule, Shape, Validation, measure};
use filmlens_gsasrec::{BlockKind, Positions};
use serde_json::json;

use super::print_line;
use crate::arguments::Machine;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A folder with sequences.txt.
    #[arg(long, value_name = "FOLDER")]
    data: PathBuf,
    #[arg(long)]
    items: u32,
    #[arg(long)]
    dimension: i64,
    #[arg(long)]
    blocks: usize,
    #[arg(long)]
    heads: i64,
    #[arg(long)]
    max_length: usize,
    #[arg(long)]
    negatives: i64,
    /// The share of calibration in gBCE.
    #[arg(long)]
    threshold: f64,
    #[arg(long)]
    dropout: f64,
    #[arg(long)]
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
            loss: Loss::Gbce { negatives: self.negatives, calibration: self.threshold },
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
                validation: Validation::HeldOut,
                averaging: None,
                precision: Precision::Single,
            },
        }
    }
}
