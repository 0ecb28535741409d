use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::Interactions;
use crate::Error;
use crate::csv_table::read;
use crate::lines::{Line, Lines};

/// A file that was read, and its SHA-256 as hex.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileHash {
    pub name: String,
    pub sha256: String,
}

impl FileHash {
    pub(super) fn of(lines: Lines) -> Self {
        Self { name: lines.file().to_owned(), sha256: lines.sha256() }
    }

    /// Of a file that is small enough to be read at once, with its bytes.
    pub(crate) fn read(folder: &Path, name: &str) -> Result<(Self, Vec<u8>), Error> {
        let bytes = read(&path(folder, name))?;
        Ok((Self { name: name.to_owned(), sha256: hex::encode(Sha256::digest(&bytes)) }, bytes))
    }
}

/// The SHA-256 of what `sha256sum` prints about the files.
pub(crate) fn fingerprint(files: &[FileHash]) -> String {
    let mut hash = Sha256::new();
    for FileHash { name, sha256 } in files {
        hash.update(format!("{sha256}  {name}\n"));
    }
    hex::encode(hash.finalize())
}

/// `name` may name folders, with slashes.
pub(super) fn path(folder: &Path, name: &str) -> PathBuf {
    name.split('/').fold(folder.to_owned(), |path, part| path.join(part))
}

pub(super) fn open(folder: &Path, name: &str) -> Result<Lines, Error> {
    Lines::open_hashed(&path(folder, name), name)
}

/// The item numbers of a line, in place of those that `items` holds. A line of blanks gives none.
pub(super) fn parse_items(line: &Line<'_>, items: &mut Vec<u32>) -> Result<(), String> {
    items.clear();
    for field in line.whole_text()?.split_ascii_whitespace() {
        items.push(parse_number(field, "item", Interactions::MAX_ITEMS)?);
    }
    Ok(())
}

/// A number from 1 to `max`, written in digits.
pub(super) fn parse_number(field: &str, what: &str, max: u32) -> Result<u32, String> {
    let digits = field.strip_prefix('-').unwrap_or(field);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let shown: String = field.chars().take(40).collect();
        return Err(format!("has {shown:?} where a number should be"));
    }
    let number = field.parse().ok().filter(|number| (1..=max).contains(number));
    number.ok_or_else(|| {
        let shown: String = field.chars().take(40).collect();
        format!("has {what} {shown}, which is not between 1 and {max}")
    })
}
