use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use anyhow::Context as _;
use sha2::Digest;

/// Adds the content of a file to a hash.
pub(crate) fn add_file(hasher: &mut impl Digest, path: &Path) -> anyhow::Result<()> {
    let mut add = || -> io::Result<()> {
        let mut file = File::open(path)?;
        let mut buffer = vec![0; 1 << 16];
        loop {
            match file.read(&mut buffer)? {
                0 => return Ok(()),
                length => hasher.update(&buffer[..length]),
            }
        }
    };
    add().with_context(|| format!("{} cannot be read", path.display()))
}
