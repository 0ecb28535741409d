use std::time::Duration;

use filmlens_telemetry::{Chain, install_tls_provider};
use reqwest::header::RETRY_AFTER;
use reqwest::{Method, RequestBuilder, Response, StatusCode, Url};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::{Error, ServerError};
use crate::settings::Credentials;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const CALL_TIMEOUT: Duration = Duration::from_secs(30);
/// uvicorn, which MLflow runs on, closes idle connections after 5 s; the client must be first.
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(3);

/// The REST API of one MLflow server.
#[derive(Clone)]
pub(crate) struct Api {
    client: reqwest::Client,
    base: String,
    /// For messages: the URI may hold a password.
    name: String,
    credentials: Option<Credentials>,
}

#[derive(Deserialize)]
struct Refusal {
    error_code: String,
    #[serde(default)]
    message: String,
}

/// The answer of calls that tell nothing.
#[derive(Deserialize)]
pub(crate) struct Nothing {}

impl Api {
    pub(crate) fn new(uri: &Url, credentials: Option<Credentials>) -> Result<Self, Error> {
        if !matches!(uri.scheme(), "http" | "https") {
            return Err(Error::Scheme { scheme: uri.scheme().to_owned() });
        }
        install_tls_provider();
        let client = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_idle_timeout(POOL_IDLE_TIMEOUT)
            .tcp_nodelay(true)
            .user_agent(concat!("filmlens/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(Error::Client)?;
        let base = uri.as_str().trim_end_matches('/').to_owned();
        let name = format!("MLflow on {}", uri.host_str().unwrap_or_default());
        Ok(Self { client, base, name, credentials })
    }

    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &(impl Serialize + ?Sized),
    ) -> Result<T, ServerError> {
        let request = self.request(Method::GET, &format!("mlflow/{path}")).query(query);
        self.parse(self.send(request.timeout(CALL_TIMEOUT)).await?).await
    }

    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &(impl Serialize + ?Sized),
    ) -> Result<T, ServerError> {
        let request = self.request(Method::POST, &format!("mlflow/{path}")).json(body);
        self.parse(self.send(request.timeout(CALL_TIMEOUT)).await?).await
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}/api/2.0/{path}", self.base));
        match &self.credentials {
            Some(Credentials::Token(token)) => request.bearer_auth(token.expose()),
            Some(Credentials::Password { user, password }) => {
                request.basic_auth(user, Some(password.expose()))
            }
            None => request,
        }
    }

    /// Returns a successful response, its body unread.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Result<Response, ServerError> {
        let response = request.send().await.map_err(|error| self.away(&error))?;
        if response.status().is_success() {
            return Ok(response);
        }
        Err(self.failure(response).await)
    }

    pub(crate) fn away(&self, error: &reqwest::Error) -> ServerError {
        let reason = Chain(error).to_string();
        ServerError::Away { server: self.name.clone(), reason, retry_after_seconds: None }
    }

    pub(crate) fn refused(&self, reason: impl Into<String>) -> ServerError {
        ServerError::Refused { server: self.name.clone(), reason: reason.into() }
    }

    async fn parse<T: DeserializeOwned>(&self, response: Response) -> Result<T, ServerError> {
        let body = response.bytes().await.map_err(|error| self.away(&error))?;
        let parsed = serde_json::from_slice(&body);
        parsed.map_err(|error| self.refused(format!("the answer is not MLflow's ({error})")))
    }

    async fn failure(&self, response: Response) -> ServerError {
        let server = self.name.clone();
        let status = response.status();
        let retry_after_seconds = retry_after(&response);
        let body = response.bytes().await.unwrap_or_default();
        let refusal: Option<Refusal> = serde_json::from_slice(&body).ok();

        let worth_another_try = matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS);
        if worth_another_try || status.is_server_error() {
            let message = refusal.map(|refusal| format!(": {}", refusal.message)).unwrap_or_default();
            return ServerError::Away { server, reason: format!("{status}{message}"), retry_after_seconds };
        }
        let is_login = matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
        match refusal {
            Some(Refusal { error_code, message }) if !is_login => {
                ServerError::Rejected { server, code: error_code, message }
            }
            _ => self.refused(format!("it answers {status}")),
        }
    }
}

fn retry_after(response: &Response) -> Option<u64> {
    response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()
}
