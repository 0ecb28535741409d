use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use filmlens_artifacts::{DataRecord, Metrics, sha256_hex};
use filmlens_datasets::sequences::Vocabulary;
use filmlens_gsasrec::import::{Unsaid, from_reference};
use filmlens_gsasrec::{Provenance, publish};
use filmlens_program::output;

use crate::evaluation::model_name;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The state dict of the Python reference, saved as safetensors.
    file: PathBuf,
    /// Attention heads of each block: the weights do not tell.
    #[arg(long, value_parser = clap::value_parser!(i64).range(1..))]
    heads: i64,
    /// How many items of a history the model sees: the window that it was trained with.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    max_length: u32,
    /// A text file with one MovieLens id a line, that of item 1 first. Without it, item numbers are their own ids.
    #[arg(long, value_name = "FILE")]
    ids: Option<PathBuf>,
    /// The folder for the model.
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// What to call it [default: the name of the file]
    #[arg(long)]
    name: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let file = arguments.file.display();
    let name = arguments.model_name()?;
    let bytes = fs::read(&arguments.file).with_context(|| format!("cannot read {file}"))?;
    let unsaid = Unsaid { heads: arguments.heads, max_length: arguments.max_length as usize };
    let model = from_reference(&bytes, unsaid, tch::Device::Cpu)
        .with_context(|| format!("{file} is not the state dict of a gSASRec model"))?;
    let items = model.config().items;
    let vocabulary = match &arguments.ids {
        None => Vocabulary::identity(items),
        Some(path) => read_ids(path)?,
    };
    if vocabulary.item_count() != items {
        anyhow::bail!("the model has {items} items, and there are {} ids", vocabulary.item_count());
    }
    let provenance = Provenance {
        name,
        data: DataRecord { name: "imported weights".to_owned(), fingerprint: sha256_hex(&bytes) },
        recipe: None,
        split: None,
        metrics: Metrics::new(),
    };
    let manifest = publish(&arguments.out, &model, &vocabulary, provenance, &[])?;
    output::print(&format!(
        "{items} items, {} numbers each, {} blocks, {} parameters: {} in {}",
        model.config().dimension,
        model.config().blocks,
        model.parameters().count(),
        manifest.version,
        arguments.out.display(),
    ))?;
    Ok(ExitCode::SUCCESS)
}

impl Arguments {
    fn model_name(&self) -> anyhow::Result<String> {
        let stem = || self.file.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        model_name(self.name.clone().or_else(stem).unwrap_or_else(|| "imported".to_owned()))
    }
}

fn read_ids(path: &PathBuf) -> anyhow::Result<Vocabulary> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let ids = text.lines().zip(1..).map(|(line, number)| {
        line.trim()
            .parse()
            .with_context(|| format!("{}, line {number}: {line:?} is not an id", path.display()))
    });
    let ids = ids.collect::<anyhow::Result<Vec<i64>>>()?;
    Vocabulary::from_ids(ids).with_context(|| format!("the ids in {} cannot be used", path.display()))
}
