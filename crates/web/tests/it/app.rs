use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, OnceLock};

use axum::Router;
use filmlens_web::client::{Client, ClientSettings};
use filmlens_web::{Error, HttpSettings, RateLimit, Readiness, Server};
use reqwest::{RequestBuilder, Response};
use serde_json::Value;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A server on a free port; it stops when the test ends.
pub struct TestApp {
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    running: JoinHandle<Result<(), Error>>,
}

pub fn settings() -> HttpSettings {
    let rate_limit = RateLimit { per_second: 0, burst: 0 };
    HttpSettings { host: "127.0.0.1".to_owned(), rate_limit, ..HttpSettings::default() }
}

impl TestApp {
    pub async fn spawn(router: Router) -> Self {
        Self::spawn_with(router, settings(), Readiness::default()).await
    }

    pub async fn spawn_with(router: Router, settings: HttpSettings, readiness: Readiness) -> Self {
        logs();
        let metrics = filmlens_telemetry::init_for_tests().metrics();
        let server = Server::bind(&settings).await.unwrap();
        let address = server.local_address();
        let (stop, stopped) = oneshot::channel::<()>();
        let running = tokio::spawn(server.run(router, readiness, metrics, async { drop(stopped.await) }));
        Self { address, stop: Some(stop), running }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn get(&self, path: &str) -> RequestBuilder {
        client().get(self.url(path))
    }

    pub fn post(&self, path: &str) -> RequestBuilder {
        client().post(self.url(path))
    }

    pub fn begin_stop(&mut self) {
        drop(self.stop.take());
    }

    pub async fn stopped(self) {
        self.running.await.unwrap().unwrap();
    }
}

pub fn client() -> Client {
    Client::new(&ClientSettings::default()).unwrap()
}

/// Checks that an answer is a problem with this status and code.
pub async fn problem(response: Response, status: u16, code: &str) -> Value {
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    let actual = response.status().as_u16();
    let body: Value = response.json().await.unwrap();
    assert_eq!((actual, body["code"].as_str().unwrap()), (status, code), "{body}");
    assert_eq!(body["status"], status);
    assert_eq!(body["type"], "about:blank");
    assert_eq!(body["request_id"], id);
    body
}

#[derive(Clone, Default)]
pub struct Logs(Arc<Mutex<Vec<u8>>>);

/// The log of this process so far; a test finds its own lines by request id.
pub fn logs() -> &'static Logs {
    static LOGS: OnceLock<Logs> = OnceLock::new();
    LOGS.get_or_init(|| {
        let logs = Logs::default();
        let writer = logs.clone();
        tracing_subscriber::fmt()
            .json()
            .with_max_level(tracing::Level::DEBUG)
            .with_writer(move || writer.clone())
            .init();
        logs
    })
}

impl Logs {
    pub fn of_request(&self, id: &str) -> Vec<Value> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines()
            .filter(|line| line.contains(id))
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

impl io::Write for Logs {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
