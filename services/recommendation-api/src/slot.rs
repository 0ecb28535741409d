use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use filmlens_artifacts::{Live, Loaded, Refused};

use crate::error::Error;
use crate::library::Library;

/// A place for a model, which follows a folder.
pub(crate) struct Slot {
    pub(crate) name: &'static str,
    setting: &'static str,
    live: Live<Library>,
}

impl Slot {
    pub(crate) fn follow(
        name: &'static str,
        setting: &'static str,
        folder: &Path,
        look_every: Duration,
    ) -> Self {
        Self { name, setting, live: Live::follow(folder, look_every, Library::read) }
    }

    /// The model of now. A request takes it once, so that all of its answer comes from one version.
    pub(crate) fn current(&self) -> Result<Arc<Loaded<Library>>, Error> {
        self.live.current().ok_or(Error::ModelNotLoaded { setting: self.setting })
    }

    /// What lies in the folder and could not be loaded.
    pub(crate) fn refused(&self) -> Option<Arc<Refused>> {
        self.live.refused()
    }
}
