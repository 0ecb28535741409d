mod folds;
mod runner;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context;
use filmlens_evaluation::rating::{CrossValidation, Resampling};
use filmlens_program::{Interrupt, output, tracked};
use serde_json::{Map, Value, json};

use crate::arguments::Machine;
use crate::hyper_parameters::HyperParameters;
use crate::ratings::Source;
use crate::{latent_lens, rating_models};
pub(crate) use folds::Dealing;
pub(crate) use runner::Runner;

#[derive(clap::Args)]
#[command(after_help = "Examples:\n  \
    ./dev classic cross-validate --data data/ml-latest-small\n  \
    ./dev classic cross-validate --data data/ml-latest-small --models svd-100,item-knn --out results\n  \
    ./dev classic cross-validate --data data/ml-25m --split 0.2 --models svd-150")]
pub(crate) struct Arguments {
    #[command(flatten)]
    source: Source,
    /// Into how many parts the ratings are dealt; each is predicted once by models trained on the others.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(2..=100))]
    folds: u8,
    /// Hold back this share of the ratings once, instead of folds.
    #[arg(long, value_name = "SHARE", conflicts_with = "folds", value_parser = share)]
    split: Option<f64>,
    /// The seed of the folds.
    #[arg(long, default_value_t = 42)]
    seed: u64,
    /// The models, with commas between them [default: all]
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    models: Vec<String>,
    /// A TOML file with a table of settings for each model, such as `[svd]`.
    #[arg(long, value_name = "FILE.toml")]
    config: Option<PathBuf>,
    /// Write userId,movieId,fold there: which part each rating is in, for programs to compare with.
    #[arg(long, value_name = "FILE")]
    write_folds: Option<PathBuf>,
    /// A folder for report.html and results.json.
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Print everything as JSON, in full precision.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    tracking: tracked::Arguments,
    #[command(flatten)]
    machine: Machine,
}

fn share(text: &str) -> Result<f64, String> {
    let share: f64 = text.parse().map_err(|_| "it must be a number, such as 0.2".to_owned())?;
    if share > 0.0 && share < 1.0 { Ok(share) } else { Err("it must lie between 0 and 1".to_owned()) }
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let models = rating_models::named(&arguments.models)?;
    let settings = HyperParameters::read(arguments.config.as_deref())?;
    arguments.machine.prepare()?;
    let data = arguments.source.read()?;
    let dealing = match arguments.split {
        Some(share) => Dealing::share(data.ratings.len(), share, arguments.seed),
        None => Dealing::folds(data.ratings.len(), arguments.folds, arguments.seed),
    };
    dealing.check()?;
    if let Some(file) = &arguments.write_folds {
        output::write(file, dealing.to_csv(&data))?;
    }

    if let Some(out) = arguments.recorded_beside() {
        // Where no record can be kept is said now, not after the folds.
        drop(arguments.tracking.tracking(out)?);
    }

    let interrupt = Interrupt::listen();
    let runner = Runner { ratings: &data.ratings, dealing: &dealing, settings: &settings, interrupt };
    let mut results = Vec::new();
    let mut whole_runs = Map::new();
    for model in models {
        let started = Instant::now();
        results.push((model.name.to_owned(), runner.run(model)?));
        whole_runs.insert(model.name.to_owned(), started.elapsed().as_secs_f64().into());
    }
    let baseline = results.iter().any(|(name, _)| name == BASELINE).then_some(BASELINE);
    let validation = CrossValidation::new(results, baseline, Resampling::default())?;
    let results = json!({
        "data": { "name": data.name, "fingerprint": data.fingerprint },
        "split": arguments.split,
        "seed": arguments.seed,
        "threads": rayon::current_num_threads(),
        "hyper_parameters": settings,
        "whole_run_seconds": whole_runs,
        "results": validation.to_json(),
    });
    if let Some(folder) = &arguments.out {
        write(folder, &validation, &results)?;
    }
    if let Some(out) = arguments.recorded_beside() {
        let limits = arguments.source.limits;
        latent_lens::record(&arguments.tracking, out, &validation, &settings, limits)?;
    }
    if arguments.json {
        output::print_json(&results)?;
    } else {
        output::print(&format!("{}\n\n{}", data.name, validation.to_text()))?;
    }
    Ok(ExitCode::SUCCESS)
}

impl Arguments {
    /// Who keeps neither results nor says where records go wants to see figures and no more.
    fn recorded_beside(&self) -> Option<&Path> {
        let here = || self.tracking.name_a_place().then_some(Path::new("results"));
        self.out.as_deref().or_else(here)
    }
}

const BASELINE: &str = "baseline";

fn write(folder: &Path, validation: &CrossValidation, results: &Value) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    output::write(&folder.join("report.html"), validation.to_html()?)?;
    output::write(&folder.join("results.json"), serde_json::to_vec_pretty(results)?)
}
