use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Error;

/// The files below a folder with their paths relative to it, in order; for a file, that file with an empty path.
pub(crate) fn files(root: &Path) -> Result<Vec<(String, PathBuf)>, Error> {
    let mut found = Vec::new();
    let mut waiting = vec![(String::new(), root.to_owned())];
    while let Some((relative, path)) = waiting.pop() {
        if !fs::metadata(&path).map_err(Error::file(&path))?.is_dir() {
            found.push((relative, path));
            continue;
        }
        for entry in fs::read_dir(&path).map_err(Error::file(&path))? {
            let entry = entry.map_err(Error::file(&path))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let below = if relative.is_empty() { name } else { format!("{relative}/{name}") };
            waiting.push((below, entry.path()));
        }
    }
    found.sort();
    Ok(found)
}
