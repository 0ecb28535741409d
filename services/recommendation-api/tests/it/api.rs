use std::path::{Path, PathBuf};
use std::time::Duration;

use filmlens_settings::Environment;
use recommendation_api::{Application, Settings};
use reqwest::header::HeaderMap;
use reqwest::{Client, StatusCode};
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::oneshot;

use crate::training;

/// The service on a free port with folders of its own, as `main` builds it.
pub(crate) struct TestApi {
    models: TempDir,
    address: String,
    client: Client,
    _stop: oneshot::Sender<()>,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

pub(crate) fn settings(models: &Path) -> Settings {
    let folder = |name: &str| models.join(name).display().to_string();
    let environment = [
        ("FILMLENS__HTTP__HOST", "127.0.0.1".to_owned()),
        ("FILMLENS__HTTP__PORT", "0".to_owned()),
        ("FILMLENS__HTTP__RATE_LIMIT__PER_SECOND", "0".to_owned()),
        ("FILMLENS__MODELS__CLASSIC", folder("classic")),
        ("FILMLENS__MODELS__FILMES", folder("filmes")),
        ("FILMLENS__MODELS__LOOK_EVERY", "10ms".to_owned()),
    ];
    Settings::load(&Environment::from_iter(environment)).unwrap()
}

impl TestApi {
    /// With both models, trained on the demo data.
    pub(crate) async fn spawn() -> Self {
        let api = Self::without_models().await;
        training::publish_classic(&api.classic());
        training::publish_filmes(&api.filmes());
        api.wait_until_ready().await;
        api
    }

    pub(crate) async fn without_models() -> Self {
        filmlens_telemetry::install_tls_provider();
        let models = tempfile::tempdir().unwrap();
        let metrics = filmlens_telemetry::init_for_tests().metrics();
        let application = Application::build(&settings(models.path()), metrics).await.unwrap();
        let address = format!("http://{}", application.local_address());
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(application.run_until(async {
            let _ = stopped.await;
        }));
        let client = Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
        Self { models, address, client, _stop: stop }
    }

    pub(crate) fn classic(&self) -> PathBuf {
        self.models.path().join("classic")
    }

    pub(crate) fn filmes(&self) -> PathBuf {
        self.models.path().join("filmes")
    }

    pub(crate) async fn wait_until_ready(&self) {
        self.wait_until("/health/ready", |answer| answer.status == StatusCode::OK).await;
    }

    pub(crate) async fn wait_until(&self, path: &str, holds: impl Fn(&Answer) -> bool) -> Answer {
        for _ in 0..400 {
            let answer = self.get(path).await;
            if holds(&answer) {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{path} does not come to it: {}", self.get(path).await.body);
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        let response = self.client.get(format!("{}{path}", self.address)).send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Answer { status, headers, body }
    }

    /// The body of an answer that must be 200.
    pub(crate) async fn body(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.body
    }
}

impl Answer {
    /// The answer is this problem, in the one format that errors have.
    #[track_caller]
    pub(crate) fn is_problem(&self, status: u16, detail: &str) {
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(self.headers["content-type"], "application/problem+json");
        assert_eq!(self.body["status"], status, "{}", self.body);
        assert_eq!(self.body["detail"], detail);
        assert!(self.body["code"].is_string() && self.body["request_id"].is_string(), "{}", self.body);
    }
}

/// The ids of the films in an answer.
pub(crate) fn movie_ids(body: &Value) -> Vec<i64> {
    body["items"].as_array().unwrap().iter().map(|film| film["movie_id"].as_i64().unwrap()).collect()
}
