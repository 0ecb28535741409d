use std::path::Path;
use std::time::Duration;

use filmlens_tracking::{RunStart, Tracking, TrackingSettings, Url};
use serde_json::Value;

pub(crate) fn tracking(uri: &str, folder: &Path) -> Tracking {
    let mut settings = TrackingSettings::new(Some(Url::parse(uri).unwrap()), folder);
    settings.patience = Duration::from_secs(5);
    Tracking::new(settings).unwrap()
}

pub(crate) fn in_files(folder: &Path) -> Tracking {
    Tracking::new(TrackingSettings::new(None, folder)).unwrap()
}

pub(crate) fn unique(word: &str) -> String {
    format!("{word}-{:016x}", rand::random::<u64>())
}

pub(crate) fn start(experiment: &str) -> RunStart {
    RunStart {
        experiment: experiment.to_owned(),
        name: "a run".to_owned(),
        tags: [("kind", "test")].map(owned).into(),
    }
}

fn owned((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

/// Looks at a server behind the back of the crate.
pub(crate) struct Server {
    pub(crate) uri: String,
}

impl Server {
    pub(crate) fn real() -> Self {
        Self { uri: filmlens_test_support::mlflow_url() }
    }

    pub(crate) fn get(&self, path: &str, query: &[(&str, &str)]) -> Value {
        serde_json::from_slice(&self.call(|client| client.get(self.address(path)).query(query))).unwrap()
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Value {
        serde_json::from_slice(&self.call(|client| client.post(self.address(path)).json(body))).unwrap()
    }

    pub(crate) fn artifact(&self, run: &Value, path: &str) -> Vec<u8> {
        let root = run["info"]["artifact_uri"].as_str().unwrap().strip_prefix("mlflow-artifacts:/").unwrap();
        let address = format!("{}/api/2.0/mlflow-artifacts/artifacts/{root}/{path}", self.uri);
        self.call(|client| client.get(address))
    }

    /// The one run of an experiment.
    pub(crate) fn run_of(&self, experiment: &str) -> Value {
        let found = self.get("experiments/get-by-name", &[("experiment_name", experiment)]);
        let body = serde_json::json!({"experiment_ids": [found["experiment"]["experiment_id"]]});
        let runs = self.post("runs/search", &body)["runs"].as_array().cloned().unwrap_or_default();
        let [run] = runs.as_slice() else { panic!("{} runs in {experiment}", runs.len()) };
        run.clone()
    }

    /// (step, value) of each record of a metric, in order.
    pub(crate) fn history(&self, run: &Value, metric: &str) -> Vec<(u64, Value)> {
        let run_id = run["info"]["run_id"].as_str().unwrap();
        let query = [("run_id", run_id), ("metric_key", metric), ("max_results", "25000")];
        let answer = self.get("metrics/get-history", &query);
        let metrics = answer["metrics"].as_array().cloned().unwrap_or_default();
        let mut history: Vec<_> = metrics
            .iter()
            .map(|metric| (metric["step"].as_u64().unwrap_or(0), metric["value"].clone()))
            .collect();
        history.sort_by_key(|(step, _)| *step);
        history
    }

    fn address(&self, path: &str) -> String {
        format!("{}/api/2.0/mlflow/{path}", self.uri)
    }

    fn call(&self, request: impl FnOnce(&reqwest::Client) -> reqwest::RequestBuilder) -> Vec<u8> {
        filmlens_telemetry::install_tls_provider();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let client = reqwest::Client::builder().build().unwrap();
            let response = request(&client).send().await.unwrap();
            let (status, body) = (response.status(), response.bytes().await.unwrap());
            assert!(status.is_success(), "{status}: {}", String::from_utf8_lossy(&body));
            body.to_vec()
        })
    }
}

/// {"key": k, "value": v} pairs as the server lists them.
pub(crate) fn value_of<'a>(pairs: &'a Value, key: &str) -> &'a Value {
    let pairs = pairs.as_array().unwrap();
    &pairs.iter().find(|pair| pair["key"] == key).unwrap_or_else(|| panic!("no {key} in {pairs:?}"))["value"]
}

pub(crate) fn steps(history: &[(u64, Value)]) -> Vec<u64> {
    history.iter().map(|(step, _)| *step).collect()
}
