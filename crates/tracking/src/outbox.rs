use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::event::Event;
use crate::names::clean_name;
use crate::tree;

/// Takes copies of artifacts, so that the training may change or remove its own files at once. The recorder moves or
/// sends each copy, and removes it.
#[derive(Debug)]
pub(crate) struct Outbox {
    folder: PathBuf,
}

impl Outbox {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// One event for a file, one for each file below a folder.
    pub(crate) fn take(&self, local: &Path, artifact_path: &str) -> Result<Vec<Event>, Error> {
        let mut events = Vec::new();
        for (relative, file) in tree::files(local)? {
            let name = if relative.is_empty() {
                artifact_path.to_owned()
            } else {
                format!("{artifact_path}/{relative}")
            };
            events
                .push(self.add(&name, |place| fs::copy(&file, place).map(drop).map_err(Error::file(&file)))?);
        }
        Ok(events)
    }

    pub(crate) fn take_bytes(&self, bytes: &[u8], artifact_path: &str) -> Result<Event, Error> {
        self.add(artifact_path, |place| fs::write(place, bytes).map_err(Error::file(place)))
    }

    fn add(
        &self,
        artifact_path: &str,
        write: impl FnOnce(&Path) -> Result<(), Error>,
    ) -> Result<Event, Error> {
        fs::create_dir_all(&self.folder).map_err(Error::file(&self.folder))?;
        let file = format!("{:016x}", rand::random::<u64>());
        write(&self.folder.join(&file))?;
        Ok(Event::Artifact { path: clean_name(artifact_path), file })
    }
}
