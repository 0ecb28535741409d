mod data;
mod figures;
mod publish;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use filmlens_artifacts::{Artifact, Draft, Error, Manifest};
use filmlens_program::output::{self, note};
use filmlens_program::tracked::{self, Record};
use filmlens_program::{Interrupt, Interrupted};
use filmlens_recommend::Method;
use serde_json::json;

use crate::arguments::Machine;
use crate::hyper_parameters::HyperParameters;
use crate::ratings::Limits;
use data::TrainingData;
use figures::Figures;
use publish::Trained;

#[derive(clap::Args)]
#[command(after_help = "Examples:\n  \
    ./dev train classic --data data/ml-latest-small --out models/classic\n  \
    ./dev train classic popular svd --data data/ml-25m --max-users 40000 --max-movies 20000 --out models/latent\n  \
    ./dev train classic kmeans --data demo-filmes --out models/filmes")]
pub(crate) struct Arguments {
    /// What to train [default: popular trending knn svd ease kmeans, or popular knn ease kmeans ials pure-svd where
    /// there are no stars]. knn predicts stars, too: of up to 2 million ratings blended with factors, which is more
    /// accurate and takes longer.
    #[arg(value_name = "METHODS")]
    methods: Vec<Method>,
    /// A folder with ratings of MovieLens (csv or dat), one with sequences.txt, or demo-filmes: twenty films and five
    /// users that come with the program.
    #[arg(long, value_name = "FOLDER|demo-filmes")]
    data: PathBuf,
    #[command(flatten)]
    limits: Limits,
    /// The folder for the models. What is there is replaced once the new ones are whole.
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// What to call them [default: the name of the folder]
    #[arg(long)]
    name: Option<String>,
    /// Do nothing when the folder holds models already.
    #[arg(long)]
    if_absent: bool,
    /// A TOML file with a table of settings for each method, such as `[svd]`.
    #[arg(long, value_name = "FILE.toml")]
    config: Option<PathBuf>,
    /// The seed of all that chance decides, instead of the recipe's.
    #[arg(long)]
    seed: Option<u64>,
    /// Leave out the evaluation, for which every method is trained once more without what it is asked about.
    #[arg(long)]
    no_evaluation: bool,
    /// Print the manifest and the figures as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    tracking: tracked::Arguments,
    #[command(flatten)]
    machine: Machine,
}

/// The experiment that all trainings of this program belong to.
const EXPERIMENT: &str = "filmlens-classic";

const WITH_STARS: [Method; 6] =
    [Method::Popular, Method::Trending, Method::Knn, Method::Svd, Method::Ease, Method::KMeans];
const WITHOUT_STARS: [Method; 6] =
    [Method::Popular, Method::Knn, Method::PureSvd, Method::Ials, Method::Ease, Method::KMeans];

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if arguments.if_absent && !matches!(Artifact::open(&arguments.out), Err(Error::NoManifest { .. })) {
        arguments.say_what_is_there()?;
        return Ok(ExitCode::SUCCESS);
    }
    let settings = HyperParameters::read(arguments.config.as_deref())?.with_seed(arguments.seed);
    let name = arguments.name()?;
    arguments.machine.prepare()?;
    let data = TrainingData::read(&arguments.data, arguments.limits)?;
    let methods = arguments.methods(&data)?;
    // A folder that holds something else is refused now, not after the training.
    drop(Draft::new(&arguments.out).with_context(|| cannot_be_put(&arguments.out))?);

    let record = Record::start(arguments.tracking.tracking(&arguments.out)?, EXPERIMENT, &name)?;
    record.settings(&settings, &arguments.parameters(&data, &methods));
    let job = Job { arguments, name, settings, data, methods };
    match job.run() {
        Ok((manifest, figures)) => {
            record.metrics(0, figures.numbers());
            record.finish_with_model(&arguments.out, &job.name);
            figures.record_for_latent_lens(
                &arguments.tracking,
                &arguments.out,
                &job.settings,
                arguments.limits,
            )?;
            arguments.say_what_was_made(&manifest, &figures)?;
            Ok(ExitCode::SUCCESS)
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

/// A training whose data, methods and settings are settled.
struct Job<'a> {
    arguments: &'a Arguments,
    name: String,
    settings: HyperParameters,
    data: TrainingData,
    methods: Vec<Method>,
}

impl Job<'_> {
    fn run(&self) -> anyhow::Result<(Manifest, Figures)> {
        let interrupt = Interrupt::listen();
        // First, so that what fails here costs no training, and so that its data is gone when the models are made.
        let figures = if self.arguments.no_evaluation {
            Figures::default()
        } else {
            Figures::of(
                &self.arguments.data,
                self.arguments.limits,
                &self.methods,
                &self.settings,
                &interrupt,
            )?
        };
        let trained = Trained::train(&self.data, &self.methods, &self.settings, &interrupt)?;
        interrupt.check()?;
        let manifest = trained
            .publish(&self.arguments.out, &self.name, &self.data, &self.settings, &figures)
            .with_context(|| cannot_be_put(&self.arguments.out))?;
        Ok((manifest, figures))
    }
}

impl Arguments {
    fn name(&self) -> anyhow::Result<String> {
        let folder = || self.out.file_name().map(|name| name.to_string_lossy().into_owned());
        self.name.clone().or_else(folder).context("--out must be a folder with a name")
    }

    fn methods(&self, data: &TrainingData) -> anyhow::Result<Vec<Method>> {
        let ranking = data.ranking();
        for method in &self.methods {
            ranking.check(*method)?;
        }
        if !self.methods.is_empty() {
            return Ok(self.methods.clone());
        }
        let usual = if data.has_stars { WITH_STARS } else { WITHOUT_STARS };
        Ok(usual.into_iter().filter(|method| ranking.allows(*method)).collect())
    }

    fn parameters(&self, data: &TrainingData, methods: &[Method]) -> Vec<(&'static str, String)> {
        let methods: Vec<&str> = methods.iter().map(|method| method.name()).collect();
        vec![
            ("methods", methods.join(" ")),
            ("data.name", data.record.name.clone()),
            ("data.fingerprint", data.record.fingerprint.clone()),
            ("data.users", data.matrix.user_count().to_string()),
            ("data.items", data.matrix.item_count().to_string()),
            ("data.ratings", data.matrix.len().to_string()),
        ]
    }

    fn say_what_is_there(&self) -> anyhow::Result<()> {
        let artifact = Artifact::open(&self.out)
            .with_context(|| format!("{} holds models that cannot be used", self.out.display()))?;
        note(&format!("{} holds models already", self.out.display()));
        if self.json {
            output::print_json(&json!({ "model": artifact.manifest(), "results": null }))?;
        }
        Ok(())
    }

    fn say_what_was_made(&self, manifest: &Manifest, figures: &Figures) -> anyhow::Result<()> {
        if self.json {
            return output::print_json(&json!({ "model": manifest, "results": figures.to_json() }));
        }
        output::print(&format!("{} in {}\n\n{}", manifest.version, self.out.display(), figures.to_text()))
    }
}

fn cannot_be_put(out: &Path) -> String {
    format!("the models cannot be put in {}", out.display())
}
