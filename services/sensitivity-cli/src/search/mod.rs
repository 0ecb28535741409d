mod held_out;
mod pruning;
mod space;
mod study;
mod tpe;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use filmlens_datasets::sensitivity::LabelledFilms;
use filmlens_evaluation::classification::{Classification, roc_auc};
use filmlens_program::output::{self, note};
use filmlens_program::{Interrupt, progress};
use filmlens_sensitivity::{QuestionScores, Settings, score_fold};
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use serde_json::json;

use crate::arguments::Machine;
use crate::data::Source;
use crate::recipe;
use crate::watch::from_training;
use space::Dimension;
use study::{Head, Study, Trial};

#[derive(clap::Args)]
#[command(after_help = "Examples:\n  \
    ./dev sensitivity search --data data/sensitivity --study study.jsonl > found.toml\n  \
    ./dev train sensitivity --data data/sensitivity --config found.toml")]
pub(crate) struct Arguments {
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    recipe: recipe::Arguments,
    /// A file of trials. A search that was stopped, or killed, goes on from it.
    #[arg(long, value_name = "FILE.jsonl")]
    study: PathBuf,
    /// How many trials there should be in the end.
    #[arg(long, default_value_t = 60)]
    trials: usize,
    /// Into how many parts the films are dealt; a trial that is hopeless after some of them is not finished.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(2..=100))]
    folds: u16,
    /// The share of the judged films that no trial sees, for an honest word on what was found.
    #[arg(long, default_value_t = 0.25, value_name = "SHARE", value_parser = share)]
    held_out: f64,
    /// Print all trials as JSON, not the best settings as TOML.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    machine: Machine,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let settings = arguments.recipe.settings()?;
    arguments.machine.prepare()?;
    let films = arguments.source.read()?;
    let (films, held_out) = held_out::split(films, arguments.held_out, settings.seed);
    let interrupt = Interrupt::listen();
    let dimensions = space::dimensions(settings.algorithm);
    let search = Search { films, settings, dimensions, folds: arguments.folds.into(), interrupt };
    let mut study = Study::open(&arguments.study, &search.head(arguments.held_out)?)?;
    search.go_on(&mut study, arguments.trials)?;

    let best = best_of(&study).context("no trial was finished; allow more of them")?;
    let found = recipe::changed(&search.settings, best.settings.clone())?;
    let verdict = held_out::compare(&search.films, &held_out, &found, &search.settings, &search.interrupt)?;
    if arguments.json {
        output::print_json(&json!({
            "best": best,
            "trials": study.trials,
            "held_out": verdict.as_ref().map(Classification::to_json),
        }))?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(verdict) = verdict {
        note(&format!("on films that no trial has seen\n\n{}", verdict.to_text()));
    }
    output::print(&toml::to_string(&best.settings).context("the settings have no TOML form")?)?;
    Ok(ExitCode::SUCCESS)
}

struct Search {
    films: LabelledFilms,
    settings: Settings,
    dimensions: Vec<Dimension>,
    folds: usize,
    interrupt: Interrupt,
}

impl Search {
    fn head(&self, held_out: f64) -> anyhow::Result<Head> {
        Ok(Head {
            data: self.films.fingerprint.clone(),
            folds: self.folds,
            held_out,
            seed: self.settings.seed,
            settings: serde_json::to_value(&self.settings)?,
            dimensions: self.dimensions.iter().map(|dimension| dimension.name.to_owned()).collect(),
        })
    }

    fn go_on(&self, study: &mut Study, trials: usize) -> anyhow::Result<()> {
        let bar = progress::bar(
            trials as u64,
            "{prefix:>16} [{bar:30}] {pos}/{len} trials {elapsed} {msg}",
            "searching",
        );
        bar.set_position(study.trials.len() as u64);
        while study.trials.len() < trials {
            let trial = self.perform(study)?;
            let number = study.trials.len() + 1;
            let outcome = if trial.is_pruned { "given up at" } else { "reached" };
            let score = pruning::mean(&trial.folds);
            note(&format!("trial {number} {outcome} {score:.4} with {}", trial.settings));
            study.add(trial)?;
            if let Some(best) = best_of(study) {
                bar.set_message(format!("best {:.4}", pruning::mean(&best.folds)));
            }
            bar.inc(1);
        }
        bar.finish_and_clear();
        Ok(())
    }

    /// What is tried depends on the trials before and the seed alone, so a search that was interrupted ends as any other.
    fn perform(&self, study: &Study) -> anyhow::Result<Trial> {
        let mut random = ChaCha8Rng::seed_from_u64(self.settings.seed);
        random.set_stream(study.trials.len() as u64);
        let tried: Vec<tpe::Tried<'_>> =
            study.trials.iter().map(|trial| (trial.point.as_slice(), pruning::mean(&trial.folds))).collect();
        let point = tpe::suggest(self.dimensions.len(), &tried, &mut random);
        let changes = space::settings_at(&self.dimensions, &point);
        let settings = recipe::changed(&self.settings, changes.clone())?;
        let others: Vec<&[f64]> = study.trials.iter().map(|trial| trial.folds.as_slice()).collect();
        let mut folds = Vec::new();
        let mut is_pruned = false;
        for fold in 0..self.folds {
            let mut watch = |_: usize, _: usize, _: &str| !self.interrupt.is_raised();
            let scores =
                score_fold(&self.films, &settings, self.folds, fold, &mut watch).map_err(from_training)?;
            self.interrupt.check()?;
            folds.extend(quality(&scores));
            is_pruned = fold + 1 < self.folds && pruning::is_hopeless(&folds, &others);
            if is_pruned {
                break;
            }
        }
        if folds.is_empty() {
            anyhow::bail!("no fold has films of both answers; take fewer folds, or more films");
        }
        Ok(Trial { point, settings: changes, folds, is_pruned })
    }
}

/// The mean ROC-AUC of the questions that have both answers; none where no question has.
fn quality(scores: &[QuestionScores]) -> Option<f64> {
    let area = |scores: &QuestionScores| {
        let raw: Vec<f64> = scores.rows.iter().map(|row| row.raw).collect();
        let truths: Vec<bool> = scores.rows.iter().map(|row| row.truth).collect();
        roc_auc(&raw, &truths)
    };
    let areas: Vec<f64> = scores.iter().filter_map(area).collect();
    if areas.is_empty() { None } else { Some(pruning::mean(&areas)) }
}

fn best_of(study: &Study) -> Option<&Trial> {
    let finished = study.trials.iter().filter(|trial| !trial.is_pruned);
    finished.max_by(|one, other| pruning::mean(&one.folds).total_cmp(&pruning::mean(&other.folds)))
}

fn share(raw: &str) -> Result<f64, String> {
    let share: f64 = raw.parse().map_err(|_| "a share is a number such as 0.25".to_owned())?;
    if (0.0..=0.5).contains(&share) { Ok(share) } else { Err("a share is between 0 and 0.5".to_owned()) }
}
