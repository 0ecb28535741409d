use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The repository, whatever folder the task was started in.
pub(crate) fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask/ lies in the workspace")
}

/// Where ./dev setup installs tools.
pub(crate) fn cache() -> Result<PathBuf> {
    if let Some(folder) = std::env::var_os("FILMLENS_CACHE") {
        return Ok(folder.into());
    }
    let home = std::env::home_dir().context("no home folder: set FILMLENS_CACHE")?;
    Ok(home.join(".cache/filmlens"))
}

/// Where the fleet keeps data, logs and credentials.
pub(crate) fn run_directory() -> PathBuf {
    let named = std::env::var_os("FILMLENS_RUN_DIR").unwrap_or_else(|| ".run".into());
    workspace().join(named)
}

/// How the fleet is built.
pub(crate) fn cargo_profile() -> String {
    let named = std::env::var_os("FILMLENS_PROFILE").and_then(|profile| profile.into_string().ok());
    named.unwrap_or_else(|| "release".to_owned())
}

/// The first file of this name on the PATH.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}
