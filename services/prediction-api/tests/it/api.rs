use std::path::{Path, PathBuf};
use std::time::Duration;

use filmlens_settings::{Environment, Secret};
use filmlens_test_support::TestDatabase;
use prediction_api::{Application, Settings};
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use sqlx::PgPool;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::stub::{self, Control};

/// The service on a free port with a database and folders of its own, as `main` builds it but for the model.
pub(crate) struct TestApi {
    pub(crate) control: Control,
    pub(crate) folder: TempDir,
    /// Not through what the service reaches its database by.
    pub(crate) pool: PgPool,
    pub(crate) client: Client,
    pub(crate) address: String,
    stop: Option<oneshot::Sender<()>>,
    running: Option<JoinHandle<()>>,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

/// How the service differs from the usual one.
#[derive(Default)]
pub(crate) struct Setup {
    /// Where the service finds its database; `database` itself where there is none.
    pub(crate) through: Option<String>,
    pub(crate) database: Option<String>,
    pub(crate) folder: Option<TempDir>,
    pub(crate) without_model: bool,
    pub(crate) environment: Vec<(&'static str, String)>,
}

pub(crate) fn settings(folder: &Path, more: Vec<(&'static str, String)>) -> Settings {
    let mut environment = vec![
        ("FILMLENS__HTTP__HOST", "127.0.0.1".to_owned()),
        ("FILMLENS__HTTP__PORT", "0".to_owned()),
        ("FILMLENS__HTTP__RATE_LIMIT__PER_SECOND", "0".to_owned()),
        ("FILMLENS__MODEL__FOLDER", folder.join("model").display().to_string()),
        ("FILMLENS__MODEL__LOOK_EVERY", "10ms".to_owned()),
        ("FILMLENS__SAVING__LEFTOVERS", folder.join("unsaved.ndjson").display().to_string()),
        ("FILMLENS__POSTGRES__MAX_CONNECTIONS", "4".to_owned()),
    ];
    environment.extend(more);
    Settings::load(&Environment::from_iter(environment)).unwrap()
}

impl TestApi {
    pub(crate) async fn spawn() -> Self {
        Self::spawn_with(Setup::default()).await
    }

    pub(crate) async fn spawn_with(setup: Setup) -> Self {
        filmlens_telemetry::install_tls_provider();
        let database = match setup.database {
            Some(database) => database,
            None => TestDatabase::migrated().await.url(),
        };
        let pool = PgPool::connect(&database).await.unwrap();
        let folder = setup.folder.unwrap_or_else(|| tempfile::tempdir().unwrap());
        let settings = settings(folder.path(), setup.environment);
        let control = Control::default();
        let metrics = filmlens_telemetry::init_for_tests().metrics();
        let through = Secret::new(setup.through.unwrap_or(database));
        let database = settings.saving.enabled.then_some(&through);
        let application = Application::build(&settings, database, control.loader(), metrics).await.unwrap();
        let address = format!("http://{}", application.local_address());
        let (stop, stopped) = oneshot::channel::<()>();
        let running = tokio::spawn(async {
            let stopped = async {
                let _ = stopped.await;
            };
            application.run_until(stopped).await.unwrap();
        });
        let client = Client::builder().timeout(Duration::from_secs(30)).build().unwrap();
        let api = Self { control, folder, pool, client, address, stop: Some(stop), running: Some(running) };
        if !setup.without_model {
            stub::publish(&api.model());
            api.wait_until("/health/ready", |answer| answer.status == StatusCode::OK).await;
        }
        api
    }

    /// As on SIGTERM. Returns the folder, for another run.
    pub(crate) async fn shut_down(mut self) -> TempDir {
        drop(self.stop.take());
        self.running.take().unwrap().await.unwrap();
        self.folder
    }

    pub(crate) fn model(&self) -> PathBuf {
        self.folder.path().join("model")
    }

    pub(crate) async fn wait_until(&self, path: &str, is_so: impl Fn(&Answer) -> bool) -> Answer {
        for _ in 0..800 {
            let answer = self.get(path).await;
            if is_so(&answer) {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{path} stays {}", self.get(path).await.body);
    }

    /// Waits until so many predictions are in the history.
    pub(crate) async fn has_saved(&self, predictions: i64) {
        for _ in 0..800 {
            let count = self.count("predictions").await;
            assert!(count <= predictions, "{count} of {predictions}");
            if count == predictions {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{} of {predictions} are saved", self.count("predictions").await);
    }

    pub(crate) async fn count(&self, table: &str) -> i64 {
        let statement = format!("SELECT count(*) FROM {table}");
        sqlx::query_scalar(sqlx::AssertSqlSafe(statement)).fetch_one(&self.pool).await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], None).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, &[], Some(body)).await
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Answer {
        let mut request = self.client.request(method, format!("{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Answer { status, headers, body }
    }
}

impl Answer {
    #[track_caller]
    pub(crate) fn is_problem(&self, status: u16, detail: &str) {
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(self.headers["content-type"], "application/problem+json");
        assert_eq!(self.body["detail"], detail);
        assert!(self.body["code"].is_string() && self.body["request_id"].is_string(), "{}", self.body);
    }
}

pub(crate) fn film(movie_id: &str, description: &str) -> Value {
    json!({"movie_id": movie_id, "title": format!("Film {movie_id}"), "description": description})
}

pub(crate) const WAR: &str = "Two brothers go to war and only one of them returns.";
pub(crate) const PICNIC: &str = "Two brothers have a picnic beside a quiet lake.";
pub(crate) const TOO_SHORT: &str = "Un perro anda";
