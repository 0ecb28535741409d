use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::anyhow;
use futures::StreamExt as _;
use reqwest::header::{CONTENT_RANGE, ETAG, HeaderMap, HeaderName, IF_RANGE, LAST_MODIFIED, RANGE};
use reqwest::{Client, Response, StatusCode};

use crate::failure::write_failed;
use crate::progress;

const ATTEMPTS: u32 = 6;
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// A checksum has one line; whatever is longer is something else, and might never end.
const MAX_SMALL_TEXT: usize = 4096;

/// One file to fetch. What has arrived is in `part`, and what the server called that version of the file beside it.
pub(super) struct Fetch<'a> {
    pub(super) client: &'a Client,
    pub(super) url: &'a str,
    pub(super) part: &'a Path,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum HttpError {
    #[error("{url} answered {status}")]
    Status { url: String, status: StatusCode },
    #[error("{url} cannot be fetched")]
    Transport {
        url: String,
        #[source]
        source: reqwest::Error,
    },
    #[error("{url} sent another range than the one asked for")]
    WrongRange { url: String },
    #[error("{url} sent more than {MAX_SMALL_TEXT} bytes, so it is no checksum")]
    TooLong { url: String },
    #[error(transparent)]
    Disk(anyhow::Error),
}

impl HttpError {
    fn is_worth_another_try(&self) -> bool {
        match self {
            Self::Transport { .. } | Self::WrongRange { .. } => true,
            Self::Status { status, .. } => {
                status.is_server_error()
                    || [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS].contains(status)
            }
            Self::TooLong { .. } | Self::Disk(_) => false,
        }
    }

    pub(super) fn into_advice(self) -> anyhow::Error {
        let advice = match self {
            Self::Disk(error) => return error,
            Self::TooLong { .. } => "the download failed: name another server by --mirror",
            _ => {
                "the download failed: check the connection, or name another server by --mirror; running this again \
                 goes on where it stopped"
            }
        };
        anyhow!(self).context(advice)
    }
}

pub(super) fn client() -> reqwest::Result<Client> {
    Client::builder()
        .user_agent(concat!("filmlens-data/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(Duration::from_secs(20))
        .read_timeout(Duration::from_secs(60))
        .build()
}

/// A file of a few lines.
pub(super) async fn small_text(client: &Client, url: &str) -> Result<String, HttpError> {
    let mut tries = Tries::default();
    loop {
        match try_small_text(client, url).await {
            Err(error) => tries.wait_or_give_up(error).await?,
            text => return text,
        }
    }
}

async fn try_small_text(client: &Client, url: &str) -> Result<String, HttpError> {
    let failed = |source| HttpError::Transport { url: url.to_owned(), source };
    let mut response = client.get(url).send().await.map_err(failed)?;
    if !response.status().is_success() {
        return Err(HttpError::Status { url: url.to_owned(), status: response.status() });
    }
    let mut text = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        text.extend(chunk);
        if text.len() > MAX_SMALL_TEXT {
            return Err(HttpError::TooLong { url: url.to_owned() });
        }
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// Deletes what was fetched so far.
pub(super) fn forget(part: &Path) {
    // What cannot be deleted is not used either: its version is gone, or it is fetched anew.
    let _ = fs::remove_file(version_file(part));
    let _ = fs::remove_file(part);
}

impl Fetch<'_> {
    /// Fetches until the file is whole. Only tries in which nothing arrived count as failed.
    pub(super) async fn run(&self) -> anyhow::Result<()> {
        let mut tries = Tries::default();
        loop {
            let before = self.present();
            match self.attempt().await {
                Ok(()) => {
                    let _ = fs::remove_file(version_file(self.part));
                    return Ok(());
                }
                Err(error) => {
                    if self.present() > before {
                        tries = Tries::default();
                    }
                    tries.wait_or_give_up(error).await.map_err(HttpError::into_advice)?;
                }
            }
        }
    }

    /// How many bytes are there that a server could go on from.
    fn present(&self) -> u64 {
        let has_version = version_file(self.part).is_file();
        fs::metadata(self.part).map_or(0, |file| if has_version { file.len() } else { 0 })
    }

    async fn attempt(&self) -> Result<(), HttpError> {
        let present = self.present();
        let mut request = self.client.get(self.url);
        if present > 0
            && let Ok(version) = fs::read_to_string(version_file(self.part))
        {
            // A file that has changed meanwhile comes whole, instead of as the end of another one.
            request = request.header(RANGE, format!("bytes={present}-")).header(IF_RANGE, version);
        }
        let response = request.send().await.map_err(|error| self.broke_off(error))?;
        match response.status() {
            StatusCode::PARTIAL_CONTENT if range_start(&response) == Some(present) => {
                let file =
                    OpenOptions::new().append(true).open(self.part).map_err(|error| self.disk(error))?;
                self.receive(response, file, present).await
            }
            StatusCode::OK => {
                let file = File::create(self.part).map_err(|error| self.disk(error))?;
                self.remember_version(response.headers()).map_err(|error| self.disk(error))?;
                self.receive(response, file, 0).await
            }
            // All of it was there already.
            StatusCode::RANGE_NOT_SATISFIABLE if total_length(&response) == Some(present) => Ok(()),
            StatusCode::RANGE_NOT_SATISFIABLE | StatusCode::PARTIAL_CONTENT => {
                forget(self.part);
                Err(HttpError::WrongRange { url: self.url.to_owned() })
            }
            status => Err(HttpError::Status { url: self.url.to_owned(), status }),
        }
    }

    async fn receive(&self, response: Response, mut file: File, present: u64) -> Result<(), HttpError> {
        let total = response.content_length().map_or(0, |rest| present + rest);
        let bar = progress::of_bytes(total, "download");
        bar.inc(present);
        let mut chunks = response.bytes_stream();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|error| self.broke_off(error))?;
            file.write_all(&chunk).map_err(|error| self.disk(error))?;
            bar.inc(chunk.len() as u64);
        }
        bar.finish();
        file.sync_all().or_else(ignore_unsyncable).map_err(|error| self.disk(error))
    }

    fn remember_version(&self, headers: &HeaderMap) -> std::io::Result<()> {
        let path = version_file(self.part);
        match version(headers) {
            Some(version) => fs::write(path, version),
            None if path.exists() => fs::remove_file(path),
            None => Ok(()),
        }
    }

    fn broke_off(&self, source: reqwest::Error) -> HttpError {
        HttpError::Transport { url: self.url.to_owned(), source }
    }

    fn disk(&self, error: std::io::Error) -> HttpError {
        HttpError::Disk(write_failed(self.part, error))
    }
}

/// Not every kind of file can be synced; its bytes were taken all the same.
fn ignore_unsyncable(error: std::io::Error) -> std::io::Result<()> {
    if error.kind() == std::io::ErrorKind::InvalidInput { Ok(()) } else { Err(error) }
}

/// Counts failures, and waits twice as long after each.
#[derive(Default)]
struct Tries(u32);

impl Tries {
    async fn wait_or_give_up(&mut self, error: HttpError) -> Result<(), HttpError> {
        self.0 += 1;
        if !error.is_worth_another_try() || self.0 >= ATTEMPTS {
            return Err(error);
        }
        let pause = FIRST_PAUSE * 2_u32.pow(self.0 - 1);
        eprintln!("{error}; next try in {} ms", pause.as_millis());
        tokio::time::sleep(pause).await;
        Ok(())
    }
}

fn version_file(part: &Path) -> PathBuf {
    let mut name = part.as_os_str().to_owned();
    name.push(".version");
    PathBuf::from(name)
}

/// What If-Range takes: a strong ETag, else the date of the last change.
fn version(headers: &HeaderMap) -> Option<String> {
    let get = |name: HeaderName| headers.get(name)?.to_str().ok().map(str::to_owned);
    get(ETAG).filter(|tag| !tag.starts_with("W/")).or_else(|| get(LAST_MODIFIED))
}

fn range_start(response: &Response) -> Option<u64> {
    content_range(response)?.strip_prefix("bytes ")?.split('-').next()?.parse().ok()
}

fn total_length(response: &Response) -> Option<u64> {
    content_range(response)?.rsplit('/').next()?.parse().ok()
}

fn content_range(response: &Response) -> Option<&str> {
    response.headers().get(CONTENT_RANGE)?.to_str().ok()
}
