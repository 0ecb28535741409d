pub(crate) mod card;
mod publish;
mod record;

use std::process::ExitCode;

use anyhow::Context;
use filmlens_artifacts::{Artifact, Draft, Error, Manifest};
use filmlens_datasets::sensitivity::LabelledFilms;
use filmlens_program::output::{self, note};
use filmlens_program::{Interrupt, Interrupted, tracked};
use filmlens_sensitivity::{Settings, Trained, train};
use serde_json::json;

use crate::arguments::{Machine, Place};
use crate::data::Source;
use crate::examination::{Examination, Plan};
use crate::recipe;
use crate::watch::{OnBar, from_training};
pub(crate) use record::{PRODUCTION, registered_name};

use record::Record;

#[derive(clap::Args)]
#[command(after_help = "Examples:\n  \
    ./dev train sensitivity\n  \
    ./dev train sensitivity --data data/sensitivity --algorithm logistic_regression\n  \
    ./dev train sensitivity --data data/sensitivity --form triggers\n  \
    ./dev train sensitivity --data data/sensitivity --characters --out models/experiment\n  \
    ./dev train sensitivity --data data/sensitivity --set lightgbm.n_estimators=200")]
pub(crate) struct Arguments {
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    recipe: recipe::Arguments,
    #[command(flatten)]
    place: Place,
    /// Do nothing when the folder holds a model already.
    #[arg(long)]
    if_absent: bool,
    /// Into how many parts the films are dealt for the evaluation.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(2..=100))]
    folds: u16,
    /// Leave out the evaluation, which trains as many models more as there are folds.
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

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let form = arguments.recipe.form();
    let out = arguments.place.folder(form);
    if arguments.if_absent && !matches!(Artifact::open(out), Err(Error::NoManifest { .. })) {
        arguments.say_what_is_there()?;
        return Ok(ExitCode::SUCCESS);
    }
    let settings = arguments.recipe.settings()?;
    arguments.machine.prepare()?;
    let films = arguments.source.read()?;
    // A folder that holds something else is refused now, not after the training.
    drop(Draft::new(out).with_context(|| arguments.place.cannot_be_used(form))?);

    let record = Record::start(arguments.tracking.tracking(out)?, &settings, &films)?;
    let job = Job { arguments, films, settings };
    match job.run(&record) {
        Ok((manifest, examination)) => {
            record.finish(out, arguments.place.is_followed(form));
            arguments.say_what_was_made(&manifest, examination.as_ref())?;
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

/// A training whose films and settings are settled.
struct Job<'a> {
    arguments: &'a Arguments,
    films: LabelledFilms,
    settings: Settings,
}

impl Job<'_> {
    fn run(&self, record: &Record) -> anyhow::Result<(Manifest, Option<Examination>)> {
        let interrupt = Interrupt::listen();
        let examination = self.examine(&interrupt)?;
        let mut watch = OnBar::new("training", &interrupt);
        let trained = train(&self.films, &self.settings, &mut watch).map_err(from_training)?;
        drop(watch);
        interrupt.check()?;
        record.training(&trained.summary);
        if let Some(examination) = &examination {
            record.examination(examination);
        }
        let manifest = self.publish(&trained, examination.as_ref())?;
        record.version(&manifest.version, self.arguments.place.is_followed(self.settings.form));
        Ok((manifest, examination))
    }

    fn examine(&self, interrupt: &Interrupt) -> anyhow::Result<Option<Examination>> {
        if self.arguments.no_evaluation {
            return Ok(None);
        }
        let plan = Plan::of_folds(self.arguments.folds);
        Examination::run(&self.films, &self.settings, plan, interrupt).map(Some)
    }

    fn publish(&self, trained: &Trained, examination: Option<&Examination>) -> anyhow::Result<Manifest> {
        let (place, form) = (&self.arguments.place, self.settings.form);
        publish::publish(place.folder(form), &self.films, &self.settings, trained, examination)
            .with_context(|| place.cannot_be_used(form))
    }
}

impl Arguments {
    fn say_what_is_there(&self) -> anyhow::Result<()> {
        let out = self.place.folder(self.recipe.form());
        let artifact = Artifact::open(out)
            .with_context(|| format!("{} holds a model that cannot be used", out.display()))?;
        note(&format!("{} holds a model already", out.display()));
        if self.json {
            output::print_json(&json!({ "model": artifact.manifest(), "results": null }))?;
        }
        Ok(())
    }

    fn say_what_was_made(
        &self,
        manifest: &Manifest,
        examination: Option<&Examination>,
    ) -> anyhow::Result<()> {
        let results = examination.map(|examination| examination.report.to_json());
        if self.json {
            return output::print_json(&json!({ "model": manifest, "results": results }));
        }
        let text = examination.map(|examination| examination.report.to_text()).unwrap_or_default();
        let out = self.place.folder(self.recipe.form());
        output::print(&format!("{} in {}\n\n{text}", manifest.version, out.display()))
    }
}
