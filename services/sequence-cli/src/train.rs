use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context;
use filmlens_artifacts::{DataRecord, Draft, Manifest, Metrics};
use filmlens_datasets::sequences::{SequenceData, Split};
use filmlens_evaluation::report::Comparison;
use filmlens_gsasrec::training::{Event, Outcome, Progress, Recipe, Training, TrainingData};
use filmlens_gsasrec::{Model, Provenance, StoredModel, publish};
use indicatif::ProgressBar;
use serde_json::json;
use signal_hook::consts::{SIGINT, SIGTERM};

use crate::arguments::Machine;
use crate::data::Source;
use crate::evaluation::{Examiner, POPULARITY, figures};
use crate::tracked::{self, Record};
use crate::{curves, output, progress, recipes};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    source: Source,
    /// A recipe by name (`./dev model recipes` lists them), or a TOML file.
    #[arg(long, default_value = "default", value_name = "NAME|FILE")]
    config: String,
    /// The folder for the model. What is there is replaced once the new one is whole.
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// What to call the model [default: the name of the folder]
    #[arg(long)]
    name: Option<String>,
    /// The seed of all that chance decides, instead of the recipe's.
    #[arg(long, value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    seed: Option<u64>,
    /// How many epochs to train at most, instead of the recipe's.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    epochs: Option<u32>,
    /// Do nothing when the folder holds a model already.
    #[arg(long)]
    if_absent: bool,
    /// Seconds between two checkpoints. A training that is stopped goes on from the last one.
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    checkpoint_every: u64,
    /// Print the manifest of the model and the figures of the test as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    tracking: tracked::Arguments,
    #[command(flatten)]
    machine: Machine,
}

/// The exit status of a program that was interrupted.
const INTERRUPTED: u8 = 130;

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if arguments.if_absent
        && let Ok(StoredModel { manifest, .. }) = StoredModel::open(&arguments.out, tch::Device::Cpu)
    {
        eprintln!("{} holds a model already", arguments.out.display());
        if arguments.json {
            output::print_json(&json!({ "model": manifest, "results": null }))?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let folder = training_folder(&arguments.out)?;
    let name = arguments.name()?;
    let device = arguments.machine.prepare()?;
    let mut recipe = recipes::find(&arguments.config)?;
    recipe.training.seed = arguments.seed.unwrap_or(recipe.training.seed);
    recipe.training.epochs = arguments.epochs.unwrap_or(recipe.training.epochs);
    let (data, mut split) = arguments.source.read()?;
    arguments.source.widen_validation(recipe.training.validation, &data, &mut split);

    let training_data = TrainingData {
        interactions: &data.interactions,
        training: &split.training,
        validation: &split.validation,
        fingerprint: &format!("{}, split by {}", data.fingerprint, arguments.source.split_name()),
    };
    let every = Duration::from_secs(arguments.checkpoint_every);
    let checkpoint = folder.join("checkpoint.safetensors");
    let training = Training::new(training_data, &recipe, device)?.with_checkpoint(&checkpoint, every);
    if split.test.is_empty() {
        anyhow::bail!("there is nobody to test on; take longer histories, or more users");
    }
    // A folder that holds something else is refused now, not after hours of training.
    drop(Draft::new(&arguments.out).with_context(|| arguments.cannot_be_put())?);
    let record = arguments.tracking.open(&arguments.out, &checkpoint, &name)?;
    record.recipe(&recipe, &parameters(&data, &split, device));
    let (model, progress) = match watch(&training, &recipe, &record) {
        Ok(Outcome::Finished { model, progress }) => (model, progress),
        Ok(Outcome::Interrupted) => {
            record.interrupted();
            eprintln!("stopped; the same command goes on from here");
            return Ok(ExitCode::from(INTERRUPTED));
        }
        Err(error) => {
            record.failed();
            return Err(error.into());
        }
    };

    let comparison = Examiner::new(&data, &split, &split.test)?.compare(&name, &model)?;
    let test = figures(&comparison, &name);
    let manifest = arguments.publish(&name, &data, &recipe, &model, &progress, &comparison)?;
    record.test(progress.epoch, numbers("", &test));
    record.finish(&arguments.out, &name)?;
    training.remove_checkpoint()?;
    let _ = std::fs::remove_dir(&folder);
    if arguments.json {
        output::print_json(&json!({ "model": manifest, "results": comparison.to_json() }))?;
    } else {
        let out = arguments.out.display();
        output::print(&format!(
            "{} in {out}, on the test items:\n\n{}",
            manifest.version,
            comparison.to_text()
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}

impl Arguments {
    fn name(&self) -> anyhow::Result<String> {
        let folder = || self.out.file_name().map(|name| name.to_string_lossy().into_owned());
        let name = self.name.clone().or_else(folder).context("--out must be a folder with a name")?;
        if name == POPULARITY {
            anyhow::bail!(
                "every model is compared with {POPULARITY}: give this one another name with --name"
            );
        }
        Ok(name)
    }

    fn cannot_be_put(&self) -> String {
        format!("the model cannot be put in {}", self.out.display())
    }

    fn publish(
        &self,
        name: &str,
        data: &SequenceData,
        recipe: &Recipe,
        model: &Model,
        progress: &Progress,
        comparison: &Comparison,
    ) -> anyhow::Result<Manifest> {
        let curves = curves::picture(name, progress)?;
        let report = comparison.to_html()?;
        let steps = serde_json::to_vec_pretty(progress)?;
        let mut metrics = Metrics::from([("test".to_owned(), figures(comparison, name).into())]);
        if let Some(best) = progress.best {
            let quality = best.quality;
            let validation = [
                ("epoch", f64::from(best.epoch)),
                ("ndcg_at_10", quality.ndcg_at_10),
                ("recall_at_10", quality.recall_at_10),
                ("recall_at_1", quality.recall_at_1),
            ];
            let validation = validation.map(|(name, value)| (name.to_owned(), value.into()));
            metrics.insert("validation".to_owned(), Metrics::from(validation).into());
        }
        let provenance = Provenance {
            name: name.to_owned(),
            data: DataRecord { name: data.name.clone(), fingerprint: data.fingerprint.clone() },
            recipe: Some(recipe.clone()),
            metrics,
        };
        let further = [
            ("learning_curves.svg", curves.as_bytes()),
            ("report.html", report.as_bytes()),
            ("training.json", &steps),
        ];
        publish(&self.out, model, &data.vocabulary, provenance, &further)
            .with_context(|| self.cannot_be_put())
    }
}

/// Runs the training under a progress bar. Ctrl-C stops it after the batch at hand.
fn watch(
    training: &Training<'_>,
    recipe: &Recipe,
    record: &Record,
) -> Result<Outcome, filmlens_gsasrec::Error> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // A second one ends the program at once.
        let _ = signal_hook::flag::register_conditional_default(signal, Arc::clone(&stop));
        let _ = signal_hook::flag::register(signal, Arc::clone(&stop));
    }
    let bar = progress::of_batches(0);
    let outcome = training.run(|event| {
        show(&bar, &event, recipe);
        if let Event::Epoch { point, .. } = event {
            record.epoch(&point);
        }
        if stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    bar.finish_and_clear();
    outcome
}

fn show(bar: &ProgressBar, event: &Event<'_>, recipe: &Recipe) {
    match event {
        Event::Started { parameters, batches_of_an_epoch, progress } => {
            let epochs = recipe.training.epochs;
            bar.set_length(*batches_of_an_epoch as u64 * u64::from(epochs));
            bar.set_position(progress.steps);
            bar.reset_eta();
            let start =
                if progress.steps == 0 { String::new() } else { format!(", from step {}", progress.steps) };
            eprintln!(
                "{parameters} parameters, {epochs} epochs of {batches_of_an_epoch} batches at most{start}"
            );
        }
        Event::Batch { progress, .. } => {
            bar.set_position(progress.steps);
            bar.set_message(format!("epoch {}, loss {:.4}", progress.epoch + 1, progress.loss()));
        }
        Event::Validating => bar.set_message("validating"),
        Event::Epoch { point, is_best, .. } => {
            let Some(quality) = point.validation else { return };
            let star = if *is_best { "  best so far" } else { "" };
            let line = format!(
                "epoch {:>4}  loss {:.4}  validation nDCG@10 {:.4}  Recall@10 {:.4}{star}",
                point.epoch, point.loss, quality.ndcg_at_10, quality.recall_at_10
            );
            // The bar prints nothing where there is no terminal; logs want the lines all the same.
            bar.suspend(|| eprintln!("{line}"));
        }
    }
}

fn parameters(data: &SequenceData, split: &Split, device: tch::Device) -> [(&'static str, String); 6] {
    [
        ("data.name", data.name.clone()),
        ("data.fingerprint", data.fingerprint.clone()),
        ("data.users", data.interactions.user_count().to_string()),
        ("data.items", data.interactions.item_count().to_string()),
        ("data.training_interactions", split.training_len().to_string()),
        ("device", format!("{device:?}")),
    ]
}

/// Where a training that is not done keeps its checkpoint.
fn training_folder(out: &Path) -> anyhow::Result<PathBuf> {
    let mut name = out.file_name().context("--out must be a folder with a name")?.to_owned();
    name.push(".training");
    Ok(out.with_file_name(name))
}

fn numbers(prefix: &str, metrics: &Metrics) -> Vec<(String, f64)> {
    let mut found = Vec::new();
    for (name, metric) in metrics {
        let name = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match metric {
            filmlens_artifacts::Metric::Number(value) => found.push((name, *value)),
            filmlens_artifacts::Metric::Group(group) => found.extend(numbers(&name, group)),
        }
    }
    found
}
