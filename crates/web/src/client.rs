//! Calls from one service to another.

use std::time::Duration;

use filmlens_telemetry::install_tls_provider;
use reqwest::{IntoUrl, Method, RequestBuilder};
use serde::Deserialize;

use crate::context::outgoing_headers;

#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClientSettings {
    /// How long to wait for a connection.
    #[serde(with = "humantime_serde")]
    pub connect_timeout: Duration,
    /// How long a whole call may take, the answer's body included.
    #[serde(with = "humantime_serde")]
    pub timeout: Duration,
}

impl Default for ClientSettings {
    fn default() -> Self {
        Self { connect_timeout: Duration::from_secs(1), timeout: Duration::from_secs(5) }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the HTTP client cannot be set up")]
pub struct Error(#[from] reqwest::Error);

/// Below the servers' `header_read_timeout`, which ends idle connections: whoever closes first decides whether a
/// request can meet a closing connection.
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(5);

/// A `reqwest` client with time limits, which sends the id and the trace of the request being answered.
#[derive(Debug, Clone)]
pub struct Client(reqwest::Client);

impl Client {
    pub fn new(settings: &ClientSettings) -> Result<Self, Error> {
        install_tls_provider();
        let client = reqwest::Client::builder()
            .connect_timeout(settings.connect_timeout)
            .timeout(settings.timeout)
            .pool_idle_timeout(POOL_IDLE_TIMEOUT)
            .tcp_nodelay(true)
            .user_agent(concat!("filmlens/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self(client))
    }

    /// Starts a request; call it in the task that answers the original one, for a spawned task does not know its id.
    pub fn request(&self, method: Method, url: impl IntoUrl) -> RequestBuilder {
        self.0.request(method, url).headers(outgoing_headers())
    }

    pub fn get(&self, url: impl IntoUrl) -> RequestBuilder {
        self.request(Method::GET, url)
    }

    pub fn post(&self, url: impl IntoUrl) -> RequestBuilder {
        self.request(Method::POST, url)
    }
}
