use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::event::Outcome;
use crate::names::is_plain_word;

/// run.json
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RunRecord {
    pub(crate) id: String,
    pub(crate) experiment: String,
    pub(crate) name: String,
    pub(crate) started_at: DateTime<Utc>,
    pub(crate) ended_at: Option<DateTime<Utc>>,
    /// None while it runs, or when it was killed without a word.
    pub(crate) outcome: Option<Outcome>,
    /// Those that the run started with.
    pub(crate) tags: BTreeMap<String, String>,
}

/// The folder of one run, which one process at a time may use.
#[derive(Debug)]
pub(crate) struct RunFolder {
    pub(crate) path: PathBuf,
    _lock: File,
}

impl RunFolder {
    pub(crate) fn all(root: &Path) -> PathBuf {
        root.join("runs")
    }

    /// None for a name that would lead elsewhere.
    pub(crate) fn location(root: &Path, id: &str) -> Option<PathBuf> {
        is_plain_word(id).then(|| Self::all(root).join(id))
    }

    pub(crate) fn create(root: &Path, record: &RunRecord) -> Result<Self, Error> {
        let path = Self::all(root).join(&record.id);
        fs::create_dir_all(&path).map_err(Error::file(&path))?;
        let folder = Self::lock(path, &record.id, Duration::ZERO)?;
        folder.write_record(record)?;
        Ok(folder)
    }

    /// None when there is no such run here. Another thread may be sending what is left of it, so this waits a while.
    pub(crate) fn open(root: &Path, id: &str, wait: Duration) -> Result<Option<Self>, Error> {
        match Self::location(root, id) {
            Some(path) if path.join("run.json").exists() => Self::lock(path, id, wait).map(Some),
            _ => Ok(None),
        }
    }

    fn lock(path: PathBuf, id: &str, wait: Duration) -> Result<Self, Error> {
        let file = path.join("lock");
        let lock = File::create(&file).map_err(Error::file(&file))?;
        let deadline = Instant::now() + wait;
        while lock.try_lock().is_err() {
            if Instant::now() >= deadline {
                return Err(Error::InUse { id: id.to_owned() });
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(Self { path, _lock: lock })
    }

    pub(crate) fn record(&self) -> Result<RunRecord, Error> {
        let path = self.path.join("run.json");
        let record = read_json(&path)?;
        record.ok_or_else(|| Error::File { path, source: io::ErrorKind::NotFound.into() })
    }

    pub(crate) fn write_record(&self, record: &RunRecord) -> Result<(), Error> {
        write_json(&self.path.join("run.json"), record)
    }

    pub(crate) fn outbox(&self) -> PathBuf {
        self.path.join("outbox")
    }
}

/// Reads a file written by [`write_json`]; none when it is absent.
pub(crate) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, Error> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::file(path)(error)),
    };
    let content = serde_json::from_slice(&bytes);
    content.map(Some).map_err(|source| Error::Content { path: path.to_owned(), source })
}

/// Replaces the file as a whole: a reader, or a kill, sees the old content or the new.
pub(crate) fn write_json(path: &Path, content: &impl Serialize) -> Result<(), Error> {
    let draft = path.with_extension("json.draft");
    let write = || -> io::Result<()> {
        let mut file = File::create(&draft)?;
        serde_json::to_writer_pretty(&mut file, content)?;
        file.write_all(b"\n")?;
        file.sync_data()?;
        fs::rename(&draft, path)
    };
    write().map_err(Error::file(path))
}
