use std::path::{Path, PathBuf};

use anyhow::Context;
use filmlens_settings::Secret;
use filmlens_tracking::{Credentials, ModelVersion, Outcome, Run, RunStart, Tracking, TrackingSettings, Url};
use serde::Serialize;
use serde_json::Value;

use crate::output::note;

#[derive(clap::Args)]
// A group named after the struct would meet that of the command, which is named the same.
#[group(skip)]
pub struct Arguments {
    /// An MLflow server that keeps a record of this; without one, the record is kept in files.
    /// MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, let the program in.
    #[arg(long, value_name = "URL", env = "MLFLOW_TRACKING_URI")]
    tracking_uri: Option<Url>,
    #[arg(hide = true, long, env = "MLFLOW_TRACKING_TOKEN", hide_env_values = true)]
    tracking_token: Option<String>,
    #[arg(hide = true, long, env = "MLFLOW_TRACKING_USERNAME")]
    tracking_username: Option<String>,
    #[arg(hide = true, long, env = "MLFLOW_TRACKING_PASSWORD", hide_env_values = true)]
    tracking_password: Option<String>,
    /// The folder for records in files, and for what a server has not got yet [default: `runs` beside --out]
    #[arg(long, value_name = "FOLDER")]
    runs: Option<PathBuf>,
}

/// The record of one training or evaluation.
pub struct Record {
    tracking: Tracking,
    run: Run,
}

impl Arguments {
    /// Whether the caller asked for a record by naming a place for it.
    pub fn name_a_place(&self) -> bool {
        self.tracking_uri.is_some() || self.runs.is_some()
    }

    /// Records in files go beside `out`, unless a folder was named.
    pub fn tracking(&self, out: &Path) -> anyhow::Result<Tracking> {
        let beside = out.parent().unwrap_or(Path::new("")).join("runs");
        let mut settings =
            TrackingSettings::new(self.tracking_uri.clone(), self.runs.clone().unwrap_or(beside));
        settings.credentials = self.credentials();
        Tracking::new(settings).context("the record of the training cannot be kept")
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
    pub fn start(tracking: Tracking, experiment: &str, name: &str) -> anyhow::Result<Self> {
        let start =
            RunStart { experiment: experiment.to_owned(), name: name.to_owned(), ..RunStart::default() };
        let run = tracking.start(start).context("the record of the training cannot be started")?;
        Ok(Self { tracking, run })
    }

    /// Goes on with a record, or starts one when that is gone: no reason not to train.
    pub fn resume_or_start(
        tracking: Tracking,
        id: Option<&str>,
        experiment: &str,
        name: &str,
    ) -> anyhow::Result<Self> {
        match id.and_then(|id| tracking.resume(id).ok()) {
            Some(run) => Ok(Self { tracking, run }),
            None => Self::start(tracking, experiment, name),
        }
    }

    pub fn id(&self) -> &str {
        self.run.id()
    }

    /// Every field of the settings under its full name, such as `training.seed`.
    pub fn settings(&self, settings: &impl Serialize, further: &[(&str, String)]) {
        let mut params = Vec::new();
        let value = serde_json::to_value(settings).expect("settings have a JSON form");
        flatten("", &value, &mut params);
        params.extend(further.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        self.run.params(params);
    }

    pub fn params(&self, params: &[(&str, String)]) {
        self.run.params(params.iter().map(|(name, value)| (*name, value)));
    }

    pub fn tags(&self, tags: &[(&str, String)]) {
        self.run.tags(tags.iter().map(|(name, value)| (*name, value)));
    }

    pub fn metrics<N: AsRef<str>>(&self, step: u64, metrics: impl IntoIterator<Item = (N, f64)>) {
        self.run.metrics(step, metrics);
    }

    /// Keeps the published model with the record, and makes it the newest version under its name.
    ///
    /// The model is safe where it is: what fails here is told, and no more.
    pub fn finish_with_model(self, model: &Path, name: &str) {
        self.finish_with_model_as(model, name, &["latest-trained"]);
    }

    /// The same with aliases of the caller's choice.
    pub fn finish_with_model_as(self, model: &Path, name: &str, aliases: &[&str]) {
        const ARTIFACT: &str = "model";
        if let Err(error) = self.run.artifact(model, ARTIFACT) {
            note(&format!("the model is not in the record of its training: {error}"));
        }
        let id = self.run.id().to_owned();
        let registry = self.tracking.registry();
        if !self.finish() {
            return;
        }
        let registered = registry.register(name, &id, ARTIFACT);
        let set_aliases = |version: ModelVersion| {
            aliases.iter().try_for_each(|alias| registry.set_alias(name, alias, version.version))
        };
        if let Err(error) = registered.and_then(set_aliases) {
            note(&format!("the model is not in the registry: {error}"));
        }
    }

    /// Whether all of the record is where it should be; says what is not.
    pub fn finish(self) -> bool {
        let delivery = self.run.finish(Outcome::Finished);
        if !delivery.is_complete() {
            note(&format!("the record of the training is not complete: {delivery}"));
        }
        delivery.is_complete()
    }

    pub fn interrupted(self) {
        let _ = self.run.finish(Outcome::Killed);
    }

    pub fn failed(self) {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn settings_are_recorded_under_their_full_names() {
        let mut params = Vec::new();
        flatten("", &json!({ "svd": { "factors": 100, "rate": null }, "name": "mine" }), &mut params);
        params.sort();
        let expected = [("name", "mine"), ("svd.factors", "100")];
        assert_eq!(params, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
}
