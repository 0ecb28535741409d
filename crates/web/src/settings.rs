use std::time::Duration;

use axum::http::HeaderValue;
use serde::Deserialize;
use serde::de::{Deserializer, Error};

/// The `[http]` section. Every key has a default; a service sets its own port in its embedded TOML.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HttpSettings {
    /// The address to listen on.
    pub host: String,
    /// The port to listen on; 0 takes a free one.
    pub port: u16,
    /// How long a request may take, its body's arrival included, before it is answered with 503.
    #[serde(with = "humantime_serde")]
    pub request_timeout: Duration,
    /// The largest request body; more is answered with 413.
    pub body_limit_bytes: usize,
    /// The longest query string; more is answered with 414.
    pub query_limit_bytes: usize,
    /// How long a client may take to send a request's head, and so how long an idle connection is kept.
    #[serde(with = "humantime_serde")]
    pub header_read_timeout: Duration,
    /// How long a client may leave an answer unread before the connection is closed; reading some of it starts anew.
    #[serde(with = "humantime_serde")]
    pub write_timeout: Duration,
    /// How many connections are open at a time; more wait in the kernel's queue.
    pub max_connections: usize,
    /// How long to go on serving after the readiness has turned, so that load balancers notice.
    #[serde(with = "humantime_serde")]
    pub announce_shutdown: Duration,
    /// How long requests in flight may take to end at shutdown.
    #[serde(with = "humantime_serde")]
    pub drain_timeout: Duration,
    pub rate_limit: RateLimit,
    /// How many proxies of ours stand in front, each adding one entry to `X-Forwarded-For`. With 0 that header, which
    /// any client can write, is ignored.
    pub trusted_proxy_hops: usize,
    /// The origins whose pages may call the API from a browser, without credentials; `*` is any.
    #[serde(deserialize_with = "origins")]
    pub cors_allowed_origins: Vec<String>,
}

/// For each client address; health and metrics are exempt.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RateLimit {
    /// Requests per second in the long run; 0 turns the limit off.
    pub per_second: u32,
    /// Requests at once.
    pub burst: u32,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            host: "0.0.0.0".to_owned(),
            port: 0,
            request_timeout: Duration::from_secs(10),
            body_limit_bytes: 2 * 1024 * 1024,
            query_limit_bytes: 8 * 1024,
            header_read_timeout: Duration::from_secs(10),
            write_timeout: Duration::from_secs(30),
            max_connections: 10_000,
            announce_shutdown: Duration::ZERO,
            drain_timeout: Duration::from_secs(20),
            rate_limit: RateLimit::default(),
            trusted_proxy_hops: 0,
            cors_allowed_origins: vec!["*".to_owned()],
        }
    }
}

impl Default for RateLimit {
    fn default() -> Self {
        Self { per_second: 100, burst: 200 }
    }
}

/// An origin with a path, or without a scheme, would never match what browsers send.
fn origins<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let origins = Vec::<String>::deserialize(deserializer)?;
    for origin in &origins {
        let authority = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
        let is_origin =
            authority.is_some_and(|rest| !rest.is_empty() && !rest.contains('/')) || origin == "*";
        if !is_origin || HeaderValue::from_str(origin).is_err() {
            return Err(D::Error::custom(format!(
                "must list * or origins such as https://films.example, without a path; {origin:?} is neither"
            )));
        }
    }
    Ok(origins)
}
