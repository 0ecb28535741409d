use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::ValueEnum;
use filmlens_artifacts::DataRecord;
use filmlens_datasets::sequences::SequenceData;
use filmlens_gsasrec::StoredModel;
use filmlens_program::Interrupt;
use filmlens_program::lists::RankedLists;
use filmlens_program::output::{self, note};
use serde_json::json;

use crate::arguments::{Machine, Precision};
use crate::data::{Source, omissions};
use crate::evaluation::{Examiner, Judged};

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
    /// Evaluate even if the model was trained under another split, and may have seen the answers.
    #[arg(long)]
    other_split: bool,
    /// Print everything as JSON, in full precision.
    #[arg(long)]
    json: bool,
    /// Write a page with tables and plots there.
    #[arg(long, value_name = "FILE.html")]
    report: Option<PathBuf>,
    /// Write the plot there.
    #[arg(long, value_name = "FILE.svg")]
    plot: Option<PathBuf>,
    /// Write what the model ranked there, for `./dev eval classic --beside` to judge it beside other methods.
    #[arg(long, value_name = "FILE.json")]
    lists: Option<PathBuf>,
    /// What to compute with.
    #[arg(long, value_enum, default_value_t = Precision::F32)]
    precision: Precision,
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
    let mut stored = StoredModel::open(&arguments.model, device)
        .with_context(|| format!("the model in {} cannot be used", arguments.model.display()))?;
    if arguments.precision == Precision::Bf16 {
        stored.model = stored.model.in_bfloat16();
    }
    let (data, mut split) = arguments.source.read()?;
    if data.vocabulary != stored.vocabulary {
        anyhow::bail!(
            "the model was trained on other items than those of {} ({} there, {} in the model)",
            arguments.source.folder().display(),
            data.vocabulary.item_count(),
            stored.vocabulary.item_count(),
        );
    }
    let manifest = &stored.manifest;
    arguments.check_origin(&stored, &data)?;
    if let Some(trained) = &stored.split {
        arguments.source.widen_validation(trained.validation, &data, &mut split);
    }
    let (cases, part) = match arguments.on {
        Part::Test => (&split.test, "test"),
        Part::Validation => (&split.validation, "validation"),
    };
    let examiner = Examiner::new(&data, &split, cases, Interrupt::default())?;
    let Judged { comparison, lists } = examiner.compare(&manifest.name, &stored.model)?;
    if let Some(file) = &arguments.report {
        output::write(file, comparison.to_html()?)?;
    }
    if let Some(file) = &arguments.plot {
        output::write(file, comparison.to_svg()?)?;
    }
    if let Some(file) = &arguments.lists {
        let lists = RankedLists {
            model: manifest.name.clone(),
            version: manifest.version.clone(),
            data: DataRecord { name: data.name.clone(), fingerprint: data.fingerprint.clone() },
            cases: lists,
        };
        lists.write(file)?;
    }
    if arguments.json {
        output::print_json(&json!({
            "model": { "name": manifest.name, "version": manifest.version },
            "data": { "name": data.name, "fingerprint": data.fingerprint },
            "split": { "held_out": arguments.source.held_out(), "part": part, "cases": cases.len() },
            "omitted": omissions(&split),
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

impl Arguments {
    /// Warns of a model that may know the answers, and refuses one that was trained on some of them.
    fn check_origin(&self, stored: &StoredModel, data: &SequenceData) -> anyhow::Result<()> {
        let Some(trained) = &stored.split else {
            note("nobody knows what this model was trained on: it may have seen the answers");
            return Ok(());
        };
        if trained.held_out != self.source.held_out() && !self.other_split {
            anyhow::bail!(
                "the model was trained with --split {}, so it has seen answers of this one; --other-split evaluates it \
                 all the same",
                trained.held_out
            );
        }
        if stored.manifest.data.fingerprint != data.fingerprint {
            note("these are not the files that the model was trained on: it may have seen the answers");
        }
        Ok(())
    }
}
