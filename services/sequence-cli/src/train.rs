use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use filmlens_artifacts::{Artifact, DataRecord, Draft, Error, Manifest, Metric, Metrics};
use filmlens_datasets::sequences::{SequenceData, Split};
use filmlens_evaluation::report::Comparison;
use filmlens_gsasrec::training::{Outcome, Progress, Recipe, Training, TrainingData};
use filmlens_gsasrec::{Model, Provenance, SplitRecord, publish};
use filmlens_program::output::{self, note};
use filmlens_program::{Interrupt, Interrupted};
use serde_json::json;

use crate::arguments::Machine;
use crate::data::Source;
use crate::evaluation::{Examiner, figures, model_name};
use crate::tracked::Record;
use crate::training_folder::TrainingFolder;
use crate::{curves, recipes, watch};

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
    tracking: filmlens_program::tracked::Arguments,
    #[command(flatten)]
    machine: Machine,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if arguments.if_absent && !is_absent(Artifact::open(&arguments.out).as_ref()) {
        arguments.say_what_is_there()?;
        return Ok(ExitCode::SUCCESS);
    }
    let folder = TrainingFolder::take(&arguments.out)?;
    let trained = train(arguments, &folder);
    match trained {
        Ok(()) => folder.remove(),
        Err(_) => folder.remove_if_unused(),
    }
    trained.map(|()| ExitCode::SUCCESS)
}

fn train(arguments: &Arguments, folder: &TrainingFolder) -> anyhow::Result<()> {
    let recipe = arguments.recipe()?;
    let device = arguments.machine.prepare()?;
    let (data, mut split) = arguments.source.read()?;
    let split_record = arguments.source.widen_validation(recipe.training.validation, &data, &mut split);
    let job = Job { arguments, name: arguments.name()?, recipe, data, split, split_record };
    let fingerprint = format!("{}, split by {}", job.data.fingerprint, job.split_record.held_out);
    let training_data = TrainingData {
        interactions: &job.data.interactions,
        training: &job.split.training,
        validation: &job.split.validation,
        fingerprint: &fingerprint,
    };
    let every = Duration::from_secs(arguments.checkpoint_every);
    let training =
        Training::new(training_data, &job.recipe, device)?.with_checkpoint(&folder.checkpoint(), every);
    if job.split.test.is_empty() {
        anyhow::bail!("there is nobody to test on; take longer histories, or more users");
    }
    // A folder that holds something else is refused now, not after hours of training.
    drop(Draft::new(&arguments.out).with_context(|| arguments.cannot_be_put())?);

    let record = Record::open(&arguments.tracking, &arguments.out, &folder.checkpoint(), &job.name)?;
    record.recipe(&job.recipe, &job.parameters(device));
    match job.run(&training, &record) {
        Ok((manifest, comparison)) => {
            record.finish(&arguments.out, &job.name);
            arguments.say_what_was_made(&manifest, &comparison)
        }
        Err(error) => {
            if error.is::<Interrupted>() {
                record.interrupted();
            } else {
                record.failed();
            }
            Err(error)
        }
    }
}

/// A training whose data, recipe and name are settled.
struct Job<'a> {
    arguments: &'a Arguments,
    name: String,
    recipe: Recipe,
    data: SequenceData,
    split: Split,
    split_record: SplitRecord,
}

impl Job<'_> {
    fn run(&self, training: &Training<'_>, record: &Record) -> anyhow::Result<(Manifest, Comparison)> {
        let interrupt = Interrupt::listen();
        let outcome = watch::run(training, &self.recipe, record, &interrupt)?;
        let Outcome::Finished { model, progress } = outcome else { return Err(Interrupted.into()) };
        let examiner = Examiner::new(&self.data, &self.split, &self.split.test, interrupt)?;
        let comparison = examiner.compare(&self.name, &model)?.comparison;
        let manifest = self.publish(&model, &progress, &comparison)?;
        record.test(progress.epoch, numbers("", &figures(&comparison, &self.name)));
        Ok((manifest, comparison))
    }

    fn publish(
        &self,
        model: &Model,
        progress: &Progress,
        comparison: &Comparison,
    ) -> anyhow::Result<Manifest> {
        let curves = curves::picture(&self.name, progress)?;
        let report = comparison.to_html()?;
        let steps = serde_json::to_vec_pretty(progress)?;
        let provenance = Provenance {
            name: self.name.clone(),
            data: DataRecord { name: self.data.name.clone(), fingerprint: self.data.fingerprint.clone() },
            split: Some(self.split_record.clone()),
            recipe: Some(self.recipe.clone()),
            metrics: self.metrics(progress, comparison),
        };
        let further = [
            ("learning_curves.svg", curves.as_bytes()),
            ("report.html", report.as_bytes()),
            ("training.json", &steps),
        ];
        publish(&self.arguments.out, model, &self.data.vocabulary, provenance, &further)
            .with_context(|| self.arguments.cannot_be_put())
    }

    fn metrics(&self, progress: &Progress, comparison: &Comparison) -> Metrics {
        let mut metrics = Metrics::from([("test".to_owned(), figures(comparison, &self.name).into())]);
        if let Some(best) = progress.best {
            let validation = [
                ("epoch", f64::from(best.epoch)),
                ("ndcg_at_10", best.quality.ndcg_at_10),
                ("recall_at_10", best.quality.recall_at_10),
                ("recall_at_1", best.quality.recall_at_1),
            ];
            let validation = validation.map(|(name, value)| (name.to_owned(), value.into()));
            metrics.insert("validation".to_owned(), Metrics::from(validation).into());
        }
        metrics
    }

    fn parameters(&self, device: tch::Device) -> Vec<(&'static str, String)> {
        let interactions = &self.data.interactions;
        vec![
            ("data.name", self.data.name.clone()),
            ("data.fingerprint", self.data.fingerprint.clone()),
            ("data.users", interactions.user_count().to_string()),
            ("data.items", interactions.item_count().to_string()),
            ("data.users_left_out", self.data.users_left_out.to_string()),
            ("data.training_interactions", self.split.training_len().to_string()),
            ("split.held_out", self.split_record.held_out.clone()),
            ("split.test_cases", self.split.test.len().to_string()),
            ("split.unknown_targets", self.split.omissions.unknown_targets.to_string()),
            ("device", format!("{device:?}")),
        ]
    }
}

impl Arguments {
    fn name(&self) -> anyhow::Result<String> {
        let folder = || self.out.file_name().map(|name| name.to_string_lossy().into_owned());
        model_name(self.name.clone().or_else(folder).context("--out must be a folder with a name")?)
    }

    fn recipe(&self) -> anyhow::Result<Recipe> {
        let mut recipe = recipes::find(&self.config)?;
        recipe.training.seed = self.seed.unwrap_or(recipe.training.seed);
        recipe.training.epochs = self.epochs.unwrap_or(recipe.training.epochs);
        Ok(recipe)
    }

    fn cannot_be_put(&self) -> String {
        format!("the model cannot be put in {}", self.out.display())
    }

    fn say_what_is_there(&self) -> anyhow::Result<()> {
        let artifact = Artifact::open(&self.out)
            .with_context(|| format!("{} holds a model that cannot be used", self.out.display()))?;
        note(&format!("{} holds a model already", self.out.display()));
        if self.json {
            output::print_json(&json!({ "model": artifact.manifest(), "results": null }))?;
        }
        Ok(())
    }

    fn say_what_was_made(&self, manifest: &Manifest, comparison: &Comparison) -> anyhow::Result<()> {
        if self.json {
            return output::print_json(&json!({ "model": manifest, "results": comparison.to_json() }));
        }
        let (version, out) = (&manifest.version, self.out.display());
        output::print(&format!("{version} in {out}, on the test items:\n\n{}", comparison.to_text()))
    }
}

fn is_absent(opened: Result<&Artifact, &Error>) -> bool {
    matches!(opened, Err(Error::NoManifest { .. }))
}

fn numbers(prefix: &str, metrics: &Metrics) -> Vec<(String, f64)> {
    let mut found = Vec::new();
    for (name, metric) in metrics {
        let name = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match metric {
            Metric::Number(value) => found.push((name, *value)),
            Metric::Group(group) => found.extend(numbers(&name, group)),
        }
    }
    found
}
