use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use filmlens_sensitivity::Form;

use crate::{eval, models, predict, search, train};

/// Where prediction-api looks for its model.
pub(crate) const MODEL: &str = "models/production/movielens";
/// The variable that tells prediction-api of another place.
pub(crate) const MODEL_FOLDER: &str = "FILMLENS__MODEL__FOLDER";
/// Where models of the older form go, which no service answers with.
const TRIGGERS: &str = "models/triggers";

#[derive(Parser)]
#[command(
    name = "filmlens-sensitivity",
    version,
    about = "Trains, evaluates and tries models of what a film holds: violence, sex, drugs, strong language, suicide.",
    after_help = "Examples:\n  \
        ./dev train sensitivity\n  \
        ./dev train sensitivity --data data/sensitivity\n  \
        ./dev eval sensitivity --data data/sensitivity --out results\n  \
        ./dev sensitivity search --data data/sensitivity --study study.jsonl\n  \
        ./dev sensitivity predict --title Heat --description \"A group of professional bank robbers…\" --explain\n  \
        ./dev sensitivity models\n  \
        ./dev sensitivity promote --model-version 3",
    disable_help_subcommand = true
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Train a model, evaluate it, and put it where prediction-api finds it.
    Train(Box<train::Arguments>),
    /// Say how good a model of these settings is at films that it has not seen, beside simple yardsticks.
    Eval(Box<eval::Arguments>),
    /// Look for better settings.
    Search(Box<search::Arguments>),
    /// Say what films hold, and why.
    Predict(predict::Arguments),
    /// List the versions of the model that were trained, and which one is in production.
    Models(models::ListArguments),
    /// Put another version of the model into production, such as the one before.
    Promote(models::PromoteArguments),
}

#[derive(Args)]
pub(crate) struct Machine {
    /// Threads for arithmetic [default: one for each core]
    #[arg(long, env = "FILMLENS_THREADS", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
}

impl Machine {
    /// To be called once, before anything is computed.
    pub(crate) fn prepare(&self) -> anyhow::Result<()> {
        let Some(threads) = self.threads else { return Ok(()) };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.into());
        pool.build_global().context("the threads cannot be started")
    }
}

#[derive(Args)]
pub(crate) struct Place {
    /// The folder of the model [default: where prediction-api looks for it, which is models/production/movielens unless
    /// FILMLENS__MODEL__FOLDER names another; models/triggers for the older form]
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// The folder that prediction-api follows.
    #[arg(hide = true, long, value_name = "FOLDER", env = MODEL_FOLDER, default_value = MODEL)]
    followed: PathBuf,
}

impl Place {
    pub(crate) fn folder(&self, form: Form) -> &Path {
        match (&self.out, form) {
            (Some(out), _) => out,
            (None, Form::Levels) => &self.followed,
            (None, Form::Triggers) => Path::new(TRIGGERS),
        }
    }

    /// Whether a service answers with what is in the folder.
    pub(crate) fn is_followed(&self, form: Form) -> bool {
        let folder = real(self.folder(form));
        form == Form::Levels && (folder == real(&self.followed) || folder == real(Path::new(MODEL)))
    }

    pub(crate) fn cannot_be_used(&self, form: Form) -> String {
        format!("the model cannot be put in {}", self.folder(form).display())
    }
}

/// One folder has one name, however it is written.
fn real(folder: &Path) -> PathBuf {
    folder.canonicalize().unwrap_or_else(|_| folder.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(out: Option<&str>, followed: &str) -> Place {
        Place { out: out.map(PathBuf::from), followed: followed.into() }
    }

    #[test]
    fn each_form_has_its_own_folder() {
        assert_eq!(place(None, MODEL).folder(Form::Levels), Path::new(MODEL));
        assert_eq!(place(None, "elsewhere").folder(Form::Levels), Path::new("elsewhere"));
        assert_eq!(place(None, "elsewhere").folder(Form::Triggers), Path::new(TRIGGERS));
        assert_eq!(place(Some("mine"), MODEL).folder(Form::Triggers), Path::new("mine"));
    }

    #[test]
    fn a_service_answers_with_what_it_follows_and_with_nothing_else() {
        for (place, form, is_followed) in [
            (place(None, MODEL), Form::Levels, true),
            (place(None, "elsewhere"), Form::Levels, true),
            (place(Some(MODEL), "elsewhere"), Form::Levels, true),
            (place(Some("models/experiment"), MODEL), Form::Levels, false),
            (place(None, MODEL), Form::Triggers, false),
            (place(Some(MODEL), MODEL), Form::Triggers, false),
        ] {
            assert_eq!(place.is_followed(form), is_followed, "{:?} {form}", place.folder(form));
        }
    }

    #[test]
    fn a_folder_is_known_by_any_of_its_names() {
        let folder = tempfile::tempdir().unwrap();
        let other = folder.path().join("../").join(folder.path().file_name().unwrap());
        assert_ne!(other, folder.path());
        let place = Place { out: Some(other), followed: folder.path().to_owned() };
        assert!(place.is_followed(Form::Levels));
    }
}
