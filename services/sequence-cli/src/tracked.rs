use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context;
use filmlens_gsasrec::training::{CurvePoint, Recipe};
use filmlens_settings::Secret;
use filmlens_tracking::{Credentials, ModelVersion, Outcome, Run, RunStart, Tracking, TrackingSettings, Url};
use serde_json::Value;

use crate::output::note;

/// The experiment that all sequence trainings belong to.
const EXPERIMENT: &str = "filmlens-sequence";

#[derive(clap::Args)]
// A group named after the struct would meet that of the command, which is named the same.
#[group(skip)]
pub(crate) struct Arguments {
    /// An MLflow server that keeps a record of the training; without one, the record is kept in files.
    /// MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, let the program in.
    #[arg(long, value_name = "URL", env = "MLFLOW_TRACKING_URI")]
    tracking_uri: Option<Url>,
    #[arg(hide = true, long, env = "MLFLOW_TRACKING_TOKEN", hide_env_values = true)]
    tracking_token: Option<String>,
    #[arg(hide = true, long, env = "MLFLOW_TRACKING_USERNAME")]
    tracking_username: Option<String>,
    #[arg(hide = true, long, env = "MLFLOW_TRACKING_PASSWORD", hide_env_values = true)]
    tracking_password: Option<String>,
    /// The folder for records in files, and for what a server has not got yet [default: `runs` beside the model]
    #[arg(long, value_name = "FOLDER")]
    runs: Option<PathBuf>,
}

/// The record of one training, whatever part of it was interrupted.
pub(crate) struct Record {
    tracking: Tracking,
    run: Run,
}

impl Arguments {
    /// Starts a record, or goes on with the one noted beside `checkpoint`, that of an interrupted training.
    pub(crate) fn open(&self, out: &Path, checkpoint: &Path, name: &str) -> anyhow::Result<Record> {
        let beside = out.parent().unwrap_or(Path::new("")).join("runs");
        let mut settings =
            TrackingSettings::new(self.tracking_uri.clone(), self.runs.clone().unwrap_or(beside));
        settings.credentials = self.credentials();
        let tracking = Tracking::new(settings).context("the record of the training cannot be kept")?;
        let id_file = checkpoint.with_file_name("run");
        let run = match fs::read_to_string(&id_file) {
            // Whoever removed the checkpoint starts over, perhaps with another recipe.
            Ok(_) if !checkpoint.exists() => None,
            // A record that is gone is no reason not to train.
            Ok(id) => tracking.resume(id.trim()).ok(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", id_file.display())),
        };
        let run = match run {
            Some(run) => run,
            None => {
                let start = RunStart {
                    experiment: EXPERIMENT.to_owned(),
                    name: name.to_owned(),
                    ..RunStart::default()
                };
                tracking.start(start).context("the record of the training cannot be started")?
            }
        };
        fs::write(&id_file, run.id()).with_context(|| format!("cannot write {}", id_file.display()))?;
        Ok(Record { tracking, run })
    }

    fn credentials(&self) -> Option<Credentials> {
        if let Some(token) = &self.tracking_token {
            return Some(Credentials::Token(Secret::new(token.clone())));
        }
        let user = self.tracking_username.clone()?;
        let password = Secret::new(self.tracking_password.clone().unwrap_or_default());
        Some(Credentials::Password { user, password })
    }
}

impl Record {
    /// Every setting of the recipe under its full name, such as `training.seed`.
    pub(crate) fn recipe(&self, recipe: &Recipe, further: &[(&str, String)]) {
        let mut params = Vec::new();
        let value = serde_json::to_value(recipe).expect("a recipe has a JSON form");
        flatten("", &value, &mut params);
        params.extend(further.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        self.run.params(params);
    }

    pub(crate) fn epoch(&self, point: &CurvePoint) {
        let mut metrics = vec![("loss", point.loss), ("learning_rate", point.learning_rate)];
        if let Some(quality) = point.validation {
            metrics.push(("validation_ndcg_at_10", quality.ndcg_at_10));
            metrics.push(("validation_recall_at_10", quality.recall_at_10));
            metrics.push(("validation_recall_at_1", quality.recall_at_1));
        }
        self.run.metrics(point.epoch.into(), metrics);
    }

    pub(crate) fn test(&self, epoch: u32, metrics: impl IntoIterator<Item = (String, f64)>) {
        let named = metrics.into_iter().map(|(name, value)| (format!("test_{name}"), value));
        self.run.metrics(epoch.into(), named);
    }

    /// Keeps the published model with the record, and makes it the newest version under its name.
    ///
    /// The model is safe where it is: what fails here is told, and no more.
    pub(crate) fn finish(self, model: &Path, name: &str) {
        const ARTIFACT: &str = "model";
        if let Err(error) = self.run.artifact(model, ARTIFACT) {
            note(&format!("the model is not in the record of its training: {error}"));
        }
        let id = self.run.id().to_owned();
        let delivery = self.run.finish(Outcome::Finished);
        if !delivery.is_complete() {
            note(&format!("the record of the training is not complete: {delivery}"));
            return;
        }
        let registered = self.tracking.registry().register(name, &id, ARTIFACT);
        let set_alias = |version: ModelVersion| {
            self.tracking.registry().set_alias(name, "latest-trained", version.version)
        };
        if let Err(error) = registered.and_then(set_alias) {
            note(&format!("the model is not in the registry: {error}"));
        }
    }

    pub(crate) fn interrupted(self) {
        let _ = self.run.finish(Outcome::Killed);
    }

    pub(crate) fn failed(self) {
        let _ = self.run.finish(Outcome::Failed);
    }
}

fn flatten(prefix: &str, value: &Value, params: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let name = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
                flatten(&name, value, params);
            }
        }
        Value::Null => {}
        Value::String(text) => params.push((prefix.to_owned(), text.clone())),
        other => params.push((prefix.to_owned(), other.to_string())),
    }
}
