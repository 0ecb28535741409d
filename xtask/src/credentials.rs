use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, Result};

/// Passwords of one set of servers, made up at their first start.
#[derive(Clone)]
pub(crate) struct Credentials {
    pub(crate) postgres: String,
    pub(crate) redis: String,
    /// Nobody has seen them yet, so data that exists already was made with others.
    pub(crate) are_new: bool,
}

impl Credentials {
    pub(crate) fn random() -> Result<Self> {
        Ok(Self { postgres: random_word()?, redis: random_word()?, are_new: true })
    }

    /// Reads the file, or makes it.
    pub(crate) fn load_or_create(file: &Path) -> Result<Self> {
        if file.exists() {
            return Self::load(file);
        }
        let credentials = Self::random()?;
        let Self { postgres, redis, .. } = &credentials;
        write_private(file, &format!("POSTGRES_PASSWORD={postgres}\nREDIS_PASSWORD={redis}\n"))?;
        Ok(credentials)
    }

    pub(crate) fn load(file: &Path) -> Result<Self> {
        let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        let value = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
            line.map(str::to_owned).with_context(|| format!("{} has no line {name}=", file.display()))
        };
        Ok(Self { postgres: value("POSTGRES_PASSWORD")?, redis: value("REDIS_PASSWORD")?, are_new: false })
    }
}

/// Writes a whole file that only its owner can read; never a part of it.
pub(crate) fn write_private(file: &Path, content: &str) -> Result<()> {
    let unfinished = file.with_extension("tmp");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    let mut output =
        options.open(&unfinished).with_context(|| format!("cannot write {}", unfinished.display()))?;
    output.write_all(content.as_bytes())?;
    fs::rename(&unfinished, file)?;
    Ok(())
}

/// 32 characters that need no quoting in a URL, a shell or SQL.
pub(crate) fn random_word() -> Result<String> {
    let mut bytes = [0; 16];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn credentials_are_made_once_and_kept_private() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("credentials");
        let first = Credentials::load_or_create(&file).unwrap();
        let second = Credentials::load_or_create(&file).unwrap();
        assert!(first.are_new && !second.are_new);
        assert_eq!((first.postgres, first.redis), (second.postgres, second.redis));
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
