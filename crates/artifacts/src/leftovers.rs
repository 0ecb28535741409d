//! The hidden folders in which drafts are made, beside their target: `.NAME.draft-PROCESS-NUMBER`.
//!
//! Each holds a `lock` that its draft keeps locked while it lives. The system releases it however the process ends,
//! so a folder whose lock can be had is a dead draft's.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

/// The files of the draft.
pub(crate) const NEW: &str = "new";
/// The former model, where it could not be exchanged in one step.
pub(crate) const FORMER: &str = "former";
const LOCK: &str = "lock";

static NEXT: AtomicU64 = AtomicU64::new(0);

/// Makes a folder for a draft and returns it with its lock.
pub(crate) fn make(parent: &Path, name: &OsStr) -> io::Result<(PathBuf, File)> {
    loop {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = parent.join(format!("{}{}-{number}", prefix(name), process::id()));
        match fs::create_dir(&folder) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            done => done?,
        }
        // Until it is locked, the folder looks dead, and another draft may be removing it.
        if let Some(lock) = lock(&folder)? {
            return Ok((folder, lock));
        }
    }
}

/// Removes what dead drafts left. What cannot be removed hinders nobody, and is tried again by the next.
pub(crate) fn sweep(parent: &Path, name: &OsStr) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.flatten() {
        if !is_draft(&entry.file_name(), name) {
            continue;
        }
        let folder = entry.path();
        let Ok(Some(_lock)) = lock(&folder) else { continue };
        // Its process may have died after it put the former model aside and before the new one took the place.
        let (former, target) = (folder.join(FORMER), parent.join(name));
        if former.exists() && !target.exists() && fs::rename(&former, &target).is_err() {
            continue;
        }
        let _ = fs::remove_dir_all(&folder);
    }
}

fn lock(folder: &Path) -> io::Result<Option<File>> {
    let opened = OpenOptions::new().create(true).truncate(false).write(true).open(folder.join(LOCK));
    let lock = match opened {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    match lock.try_lock() {
        Ok(()) if lock.metadata()?.nlink() > 0 => Ok(Some(lock)),
        Ok(()) | Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn prefix(name: &OsStr) -> String {
    format!(".{}.draft-", name.to_string_lossy())
}

fn is_draft(entry: &OsStr, name: &OsStr) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    entry
        .to_str()
        .and_then(|entry| entry.strip_prefix(&prefix(name)))
        .and_then(|numbers| numbers.split_once('-'))
        .is_some_and(|(process, count)| number(process) && number(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(folder: &Path) -> Vec<String> {
        let names =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    #[test]
    fn only_the_folders_of_dead_drafts_of_the_same_model_are_removed() {
        let base = tempfile::tempdir().unwrap();
        let name = OsStr::new("model");
        let (living, _lock) = make(base.path(), name).unwrap();
        let (dead, lock) = make(base.path(), name).unwrap();
        drop(lock);
        for other in ["model", ".model.draft-notes", ".other.draft-1-1", ".model.draft-1", ".model.draft-1-x"]
        {
            fs::create_dir(base.path().join(other)).unwrap();
        }
        let before = entries(base.path());
        sweep(base.path(), name);
        assert!(living.exists());
        assert!(!dead.exists());
        assert_eq!(entries(base.path()).len(), before.len() - 1);
    }

    #[test]
    fn a_former_model_that_was_put_aside_returns_to_its_absent_place() {
        let base = tempfile::tempdir().unwrap();
        let name = OsStr::new("model");
        let (folder, lock) = make(base.path(), name).unwrap();
        fs::create_dir(folder.join(FORMER)).unwrap();
        fs::write(folder.join(FORMER).join("weights"), "former").unwrap();
        drop(lock);
        sweep(base.path(), name);
        assert_eq!(fs::read_to_string(base.path().join("model/weights")).unwrap(), "former");
        assert_eq!(entries(base.path()), ["model"]);
    }

    #[test]
    fn a_former_model_that_was_replaced_is_removed() {
        let base = tempfile::tempdir().unwrap();
        let name = OsStr::new("model");
        let (folder, lock) = make(base.path(), name).unwrap();
        fs::create_dir(folder.join(FORMER)).unwrap();
        fs::create_dir(base.path().join("model")).unwrap();
        fs::write(base.path().join("model/weights"), "new").unwrap();
        drop(lock);
        sweep(base.path(), name);
        assert_eq!(fs::read_to_string(base.path().join("model/weights")).unwrap(), "new");
        assert_eq!(entries(base.path()), ["model"]);
    }
}
