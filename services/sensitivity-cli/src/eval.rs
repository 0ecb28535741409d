use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use filmlens_evaluation::classification::Settings as ReportSettings;
use filmlens_evaluation::rating::Resampling;
use filmlens_program::{Interrupt, output};
use filmlens_sensitivity::Form;
use serde_json::{Value, json};

use crate::arguments::Machine;
use crate::data::Source;
use crate::examination::{Examination, Plan};
use crate::recipe;
use crate::train::card;

#[derive(clap::Args)]
#[command(after_help = "Examples:\n  \
    ./dev eval sensitivity --data data/sensitivity\n  \
    ./dev eval sensitivity --data data/sensitivity --repeats 10\n  \
    ./dev eval sensitivity --data data/sensitivity --algorithm logistic_regression --out results\n  \
    ./dev eval sensitivity --data data/sensitivity --form triggers --json")]
pub(crate) struct Arguments {
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    recipe: recipe::Arguments,
    /// Into how many parts the films are dealt; each is judged once by a model trained on the others.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(2..=100))]
    folds: u16,
    /// How often to deal the films, each time by another seed.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=100))]
    repeats: u16,
    /// Resamples of the films for the confidence intervals; 0 for none.
    #[arg(long, default_value_t = 1_000)]
    resamples: usize,
    /// A folder for report.html, classification.svg and results.json.
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Write the plots alone.
    #[arg(long, value_name = "FILE.svg")]
    plot: Option<PathBuf>,
    /// Print everything as JSON, in full precision.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    machine: Machine,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let settings = arguments.recipe.settings()?;
    arguments.machine.prepare()?;
    let films = arguments.source.read()?;
    let resampling = Resampling { resamples: arguments.resamples, ..Resampling::default() };
    let report = ReportSettings { resampling, ..ReportSettings::default() };
    let interrupt = Interrupt::listen();
    let plan = Plan { folds: arguments.folds.into(), repeats: arguments.repeats.into(), report };
    let examination = Examination::run(&films, &settings, plan, &interrupt)?;

    let results = json!({
        "data": { "name": films.name, "fingerprint": films.fingerprint, "films": films.films.len() },
        "folds": arguments.folds,
        "repeats": arguments.repeats,
        "settings": settings,
        "results": examination.report.to_json(),
        "labels": examination.labels,
    });
    if let Some(folder) = &arguments.out {
        let facts = card::facts(&films, &settings, None);
        write(folder, &examination, &examination.report.to_html("What films hold", &facts)?, &results)?;
    }
    if let Some(file) = &arguments.plot {
        output::write(file, examination.report.to_svg()?)?;
    }
    if arguments.json {
        output::print_json(&results)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut text =
        format!("{} films of {}\n\n{}", films.films.len(), films.name, examination.report.to_text());
    if settings.form == Form::Triggers
        && let Some(labels) = &examination.labels
    {
        text += &format!(
            "\nall labels together: hamming loss {:.3}, all labels right {:.3}, macro F1 {:.3}, micro F1 {:.3}\n",
            labels.hamming_loss, labels.subset_accuracy, labels.f1_macro, labels.f1_micro
        );
    }
    output::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn write(folder: &Path, examination: &Examination, page: &str, results: &Value) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    output::write(&folder.join("report.html"), page)?;
    output::write(&folder.join("classification.svg"), examination.report.to_svg()?)?;
    output::write(&folder.join("results.json"), serde_json::to_vec_pretty(results)?)
}
