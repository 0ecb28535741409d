use std::fmt::Debug;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::hashing::add_file;

/// The SHA-256 of files, in the order given, with their names.
pub(super) fn of_files<'a>(paths: impl IntoIterator<Item = &'a Path>) -> anyhow::Result<String> {
    let mut hasher = Sha256::new();
    for path in paths {
        let name = path.file_name().unwrap_or(path.as_os_str());
        hasher.update(name.as_encoded_bytes());
        add_file(&mut hasher, path)?;
    }
    Ok(hex::encode(hasher.finalize()))
}

/// Of a value that is built into the program or made by it.
pub(super) fn of_value(value: &impl Debug) -> String {
    hex::encode(Sha256::digest(format!("{value:?}")))
}
