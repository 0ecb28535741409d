//! Experiments and runs.

use serde::Deserialize;
use serde_json::json;

use super::api::{Api, Nothing};
use super::state::ServerRun;
use crate::error::ServerError;
use crate::event::Outcome;
use crate::folder::RunRecord;
use crate::last_steps::LastSteps;

/// Finds a run that was created, but whose answer was lost.
pub(crate) const ID_TAG: &str = "filmlens.run_id";

#[derive(Deserialize)]
struct ExperimentAnswer {
    experiment: Experiment,
}

#[derive(Deserialize)]
struct Experiment {
    experiment_id: String,
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct CreatedExperiment {
    experiment_id: String,
}

#[derive(Deserialize)]
struct RunAnswer {
    run: FoundRun,
}

#[derive(Deserialize)]
struct Runs {
    #[serde(default)]
    runs: Vec<FoundRun>,
}

#[derive(Deserialize)]
struct Experiments {
    #[serde(default)]
    experiments: Vec<Experiment>,
    next_page_token: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct FoundRun {
    pub(crate) info: RunInfo,
    #[serde(default)]
    pub(crate) data: RunData,
}

#[derive(Deserialize)]
pub(crate) struct RunInfo {
    pub(crate) run_id: String,
    #[serde(default)]
    pub(crate) run_name: String,
    pub(crate) artifact_uri: String,
    pub(crate) experiment_id: String,
    pub(crate) lifecycle_stage: String,
    #[serde(default)]
    pub(crate) start_time: i64,
}

#[derive(Default, Deserialize)]
pub(crate) struct RunData {
    #[serde(default)]
    pub(crate) metrics: Vec<LatestMetric>,
    #[serde(default)]
    pub(crate) tags: Vec<Tag>,
}

#[derive(Deserialize)]
pub(crate) struct LatestMetric {
    pub(crate) key: String,
    #[serde(default)]
    pub(crate) step: i64,
}

#[derive(Deserialize)]
pub(crate) struct Tag {
    pub(crate) key: String,
    pub(crate) value: String,
}

impl From<RunInfo> for ServerRun {
    fn from(info: RunInfo) -> Self {
        Self { run_id: info.run_id, artifact_uri: info.artifact_uri }
    }
}

impl Api {
    /// Creates the run, or finds it when an earlier try got through.
    pub(super) async fn create_run(&self, record: &RunRecord) -> Result<ServerRun, ServerError> {
        let experiment = self.experiment(&record.experiment).await?;
        if let Some(run) = self.search_run(std::slice::from_ref(&experiment), &record.id).await? {
            return Ok(run.info.into());
        }
        let id_tag = (ID_TAG.to_owned(), record.id.clone());
        let tags = record.tags.clone().into_iter().chain([id_tag]);
        let tags: Vec<_> = tags.map(|(key, value)| json!({"key": key, "value": value})).collect();
        let body = json!({
            "experiment_id": experiment,
            "run_name": record.name,
            "start_time": record.started_at.timestamp_millis(),
            "tags": tags,
        });
        let answer: RunAnswer = self.post("runs/create", &body).await?;
        Ok(answer.run.info.into())
    }

    /// The id of an experiment, which is created when absent.
    async fn experiment(&self, name: &str) -> Result<String, ServerError> {
        let found = self.find_experiment(name).await;
        if !found.as_ref().is_err_and(|failure| failure.is_code("RESOURCE_DOES_NOT_EXIST")) {
            return found;
        }
        match self.post::<CreatedExperiment>("experiments/create", &json!({"name": name})).await {
            Ok(created) => Ok(created.experiment_id),
            // Another training was faster.
            Err(failure) if failure.is_code("RESOURCE_ALREADY_EXISTS") => self.find_experiment(name).await,
            Err(failure) => Err(failure),
        }
    }

    async fn find_experiment(&self, name: &str) -> Result<String, ServerError> {
        let answer: ExperimentAnswer =
            self.get("experiments/get-by-name", &[("experiment_name", name)]).await?;
        Ok(answer.experiment.experiment_id)
    }

    async fn search_run(&self, experiments: &[String], id: &str) -> Result<Option<FoundRun>, ServerError> {
        let filter = format!("tags.`{ID_TAG}` = '{id}'");
        let body = json!({"experiment_ids": experiments, "filter": filter, "max_results": 1});
        let found: Runs = self.post("runs/search", &body).await?;
        Ok(found.runs.into_iter().next())
    }

    pub(super) async fn get_run(&self, run_id: &str) -> Result<FoundRun, ServerError> {
        let answer: RunAnswer = self.get("runs/get", &[("run_id", run_id)]).await?;
        Ok(answer.run)
    }

    /// Looks a run up by the server's id or by ours. Returns it with the name of its experiment.
    pub(super) async fn find_run(&self, id: &str) -> Result<Option<(FoundRun, String)>, ServerError> {
        const PAGE: u32 = 1_000;
        if let Ok(run) = self.get_run(id).await {
            let query = [("experiment_id", run.info.experiment_id.as_str())];
            let answer: ExperimentAnswer = self.get("experiments/get", &query).await?;
            return Ok(Some((run, answer.experiment.name)));
        }
        let mut page_token = None;
        loop {
            let body = json!({"max_results": PAGE, "page_token": page_token});
            let page: Experiments = self.post("experiments/search", &body).await?;
            let ids: Vec<String> = page.experiments.iter().map(|found| found.experiment_id.clone()).collect();
            if let Some(run) = self.search_run(&ids, id).await? {
                let home =
                    page.experiments.iter().find(|found| found.experiment_id == run.info.experiment_id);
                let name = home.map(|experiment| experiment.name.clone()).unwrap_or_default();
                return Ok(Some((run, name)));
            }
            page_token = page.next_page_token.filter(|token| !token.is_empty());
            if page_token.is_none() {
                return Ok(None);
            }
        }
    }

    pub(super) async fn last_steps(&self, run_id: &str) -> Result<LastSteps, ServerError> {
        let mut last_steps = LastSteps::default();
        for metric in self.get_run(run_id).await?.data.metrics {
            last_steps.note(&metric.key, metric.step);
        }
        Ok(last_steps)
    }

    pub(super) async fn reopen_run(&self, run_id: &str) -> Result<(), ServerError> {
        let body = json!({"run_id": run_id, "status": "RUNNING"});
        self.post::<Nothing>("runs/update", &body).await.map(drop)
    }

    pub(super) async fn end_run(
        &self,
        run_id: &str,
        outcome: Outcome,
        timestamp_ms: i64,
    ) -> Result<(), ServerError> {
        let body = json!({"run_id": run_id, "status": outcome, "end_time": timestamp_ms});
        self.post::<Nothing>("runs/update", &body).await.map(drop)
    }
}
