use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::Context;

/// Where a training that is not done keeps its checkpoint: beside the model, under its name and `.training`. One
/// training at a time has it.
pub(crate) struct TrainingFolder {
    path: PathBuf,
    _lock: File,
}

impl TrainingFolder {
    pub(crate) fn take(out: &Path) -> anyhow::Result<Self> {
        let mut name = out.file_name().context("--out must be a folder with a name")?.to_owned();
        name.push(".training");
        let path = out.with_file_name(name);
        fs::create_dir_all(&path).with_context(|| format!("cannot make {}", path.display()))?;
        let lock =
            File::create(path.join("lock")).with_context(|| format!("cannot write to {}", path.display()))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path, _lock: lock }),
            Err(TryLockError::WouldBlock) => anyhow::bail!("another training is making {}", out.display()),
            Err(TryLockError::Error(error)) => {
                Err(error).with_context(|| format!("cannot lock {}", path.display()))
            }
        }
    }

    pub(crate) fn checkpoint(&self) -> PathBuf {
        self.path.join("checkpoint.safetensors")
    }

    /// What a training leaves that was refused before it had done anything: nothing.
    pub(crate) fn remove_if_unused(self) {
        if !self.checkpoint().exists() {
            self.remove();
        }
    }

    pub(crate) fn remove(self) {
        // The model is safe elsewhere; what stays behind is a nuisance at most.
        let _ = fs::remove_dir_all(&self.path);
    }
}
