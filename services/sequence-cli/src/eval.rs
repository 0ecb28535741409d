use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::ValueEnum;
use filmlens_gsasrec::StoredModel;
use serde_json::json;

use crate::arguments::Machine;
use crate::data::Source;
use crate::evaluation::Examiner;
use crate::output;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    source: Source,
    /// The folder of the model.
    #[arg(long, value_name = "FOLDER")]
    model: PathBuf,
    /// The cases to ask about. The figures that count are those of the test.
    #[arg(long, value_enum, default_value_t = Part::Test)]
    on: Part,
    /// Print everything as JSON, in full precision.
    #[arg(long)]
    json: bool,
    /// Write a page with tables and plots there.
    #[arg(long, value_name = "FILE.html")]
    report: Option<PathBuf>,
    /// Write the plot there.
    #[arg(long, value_name = "FILE.svg")]
    plot: Option<PathBuf>,
    #[command(flatten)]
    machine: Machine,
}

#[derive(Clone, Copy, ValueEnum)]
enum Part {
    Test,
    Validation,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let device = arguments.machine.prepare()?;
    let stored = StoredModel::open(&arguments.model, device)
        .with_context(|| format!("the model in {} cannot be used", arguments.model.display()))?;
    let (data, split) = arguments.source.read()?;
    if data.vocabulary != stored.vocabulary {
        anyhow::bail!(
            "the model was trained on other items than those of {} ({} there, {} in the model)",
            arguments.source.folder().display(),
            data.vocabulary.item_count(),
            stored.vocabulary.item_count(),
        );
    }
    let manifest = &stored.manifest;
    if manifest.data.fingerprint != data.fingerprint {
        eprintln!("these are not the files that the model was trained on: it may have seen the answers");
    }
    let (cases, part) = match arguments.on {
        Part::Test => (&split.test, "test"),
        Part::Validation => (&split.validation, "validation"),
    };
    let comparison = Examiner::new(&data, &split, cases)?.compare(&manifest.name, &stored.model)?;
    if let Some(file) = &arguments.report {
        output::write(file, comparison.to_html()?)?;
    }
    if let Some(file) = &arguments.plot {
        output::write(file, comparison.to_svg()?)?;
    }
    if arguments.json {
        output::print_json(&json!({
            "model": { "name": manifest.name, "version": manifest.version },
            "data": { "name": data.name, "fingerprint": data.fingerprint },
            "split": { "held_out": arguments.source.split_name(), "part": part, "cases": cases.len() },
            "results": comparison.to_json(),
        }))?;
    } else {
        output::print(&format!(
            "{} on the {part} items of {}\n\n{}",
            manifest.version,
            data.name,
            comparison.to_text()
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}
