//! Artifacts, through the server's proxy. Contents are streamed from and to files.

use std::path::Path;
use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use reqwest::header::CONTENT_LENGTH;
use serde::Deserialize;
use tokio::fs::File;
use tokio::io::AsyncWriteExt;

use super::api::Api;
use crate::error::ServerError;

const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.');

#[derive(Deserialize)]
struct Listing {
    #[serde(default)]
    files: Vec<Entry>,
}

#[derive(Deserialize)]
pub(super) struct Entry {
    /// The last part of the path.
    pub(super) path: String,
    #[serde(default)]
    pub(super) is_dir: bool,
}

/// Where the proxy has an artifact; none when the server does not keep it itself.
pub(super) fn proxy_path(artifact_uri: &str, artifact_path: &str) -> Option<String> {
    let root = artifact_uri.strip_prefix("mlflow-artifacts:")?;
    // Either mlflow-artifacts:/path or mlflow-artifacts://host/path.
    let root = match root.strip_prefix("//") {
        Some(rest) => rest.split_once('/').map_or("", |(_, path)| path),
        None => root,
    };
    Some(format!("{}/{artifact_path}", root.trim_matches('/')))
}

fn resource(path: &str) -> String {
    format!("mlflow-artifacts/artifacts/{}", utf8_percent_encode(path, PATH))
}

/// A minute, and what a connection of 2 Mbit/s takes.
fn transfer_limit(bytes: u64) -> Duration {
    const SLOWEST_BYTES_PER_SECOND: u64 = 250_000;
    Duration::from_secs(60 + bytes / SLOWEST_BYTES_PER_SECOND)
}

impl Api {
    pub(super) async fn upload(&self, file: &Path, proxy_path: &str) -> Result<(), ServerError> {
        let file = File::open(file).await.map_err(ServerError::File)?;
        let length = file.metadata().await.map_err(ServerError::File)?.len();
        // Without its length the body would go out in chunks, of which a WSGI server reads nothing.
        let request = self
            .request(Method::PUT, &resource(proxy_path))
            .header(CONTENT_LENGTH, length)
            .timeout(transfer_limit(length))
            .body(file);
        self.send(request).await.map(drop)
    }

    pub(super) async fn list(&self, proxy_path: &str) -> Result<Vec<Entry>, ServerError> {
        let request = self.request(Method::GET, "mlflow-artifacts/artifacts").query(&[("path", proxy_path)]);
        let response = self.send(request.timeout(transfer_limit(0))).await?;
        let body = response.bytes().await.map_err(|error| self.away(&error))?;
        let listing: Listing = serde_json::from_slice(&body)
            .map_err(|error| self.refused(format!("its list cannot be read ({error})")))?;
        Ok(listing.files)
    }

    pub(super) async fn download(&self, proxy_path: &str, destination: &Path) -> Result<(), ServerError> {
        let request = self.request(Method::GET, &resource(proxy_path));
        let mut response = self.send(request).await?;
        if let Some(parent) = destination.parent() {
            tokio::fs::create_dir_all(parent).await.map_err(ServerError::File)?;
        }
        let draft = destination.with_added_extension("draft");
        let mut file = File::create(&draft).await.map_err(ServerError::File)?;
        while let Some(piece) = response.chunk().await.map_err(|error| self.away(&error))? {
            file.write_all(&piece).await.map_err(ServerError::File)?;
        }
        file.flush().await.map_err(ServerError::File)?;
        tokio::fs::rename(&draft, destination).await.map_err(ServerError::File)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_artifacts_behind_the_proxy_have_a_path() {
        assert_eq!(
            proxy_path("mlflow-artifacts:/1/ab/artifacts", "m/w.bin").unwrap(),
            "1/ab/artifacts/m/w.bin"
        );
        assert_eq!(proxy_path("mlflow-artifacts://host:5000/1/ab", "w.bin").unwrap(), "1/ab/w.bin");
        assert_eq!(proxy_path("s3://bucket/1/ab/artifacts", "w.bin"), None);
    }

    #[test]
    fn paths_are_encoded_but_keep_their_slashes() {
        assert_eq!(resource("1/a b/é.svg"), "mlflow-artifacts/artifacts/1/a%20b/%C3%A9.svg");
    }
}
