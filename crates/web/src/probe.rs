//! What a container's health check runs: the service's own program, so that its image needs no HTTP client.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::HttpSettings;

/// A little longer than the dependencies have.
const TIME_LIMIT: Duration = Duration::from_secs(2);
const OK: &str = "HTTP/1.1 200 ";

#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("nothing answers on {host}:{port}")]
    Unreachable { host: String, port: u16, source: io::Error },
    #[error("no answer within {TIME_LIMIT:?}")]
    TimedOut,
    #[error("not ready: {answer}")]
    NotReady { answer: String },
}

/// Asks the service that runs with these settings on this machine whether it is ready. Not by [`crate::client`]: that
/// one may be told to use a proxy.
pub async fn is_ready(settings: &HttpSettings) -> Result<(), Error> {
    let host = match settings.host.as_str() {
        "0.0.0.0" => "127.0.0.1",
        "::" => "::1",
        other => other,
    };
    let port = settings.port;
    let asked = tokio::time::timeout(TIME_LIMIT, ask(host, port)).await.map_err(|_| Error::TimedOut)?;
    let answer = asked.map_err(|source| Error::Unreachable { host: host.to_owned(), port, source })?;
    if answer.starts_with(OK) {
        return Ok(());
    }
    let body = answer.split("\r\n\r\n").nth(1).unwrap_or(&answer);
    Err(Error::NotReady { answer: body.to_owned() })
}

async fn ask(host: &str, port: u16) -> io::Result<String> {
    let mut stream = TcpStream::connect((host, port)).await?;
    stream.write_all(b"GET /health/ready HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}
