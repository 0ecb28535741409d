use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::Error;

/// What is wrong with an unfinished line.
pub(crate) const NO_LINE_END: &str =
    "has no line break at its end: the file may be cut off; if it is whole, add the line break";

/// The lines of a file, one in memory at a time: that of MovieLens 32M has 900 MB.
pub(crate) struct Lines {
    path: PathBuf,
    /// The name by which problems call the file.
    file: String,
    reader: BufReader<File>,
    bytes: Vec<u8>,
    number: u64,
    is_unfinished: bool,
    hash: Option<Sha256>,
}

pub(crate) struct Line<'a> {
    /// From 1 on.
    pub(crate) number: u64,
    /// Without the line's end.
    pub(crate) bytes: &'a [u8],
    /// Whether the file ends here without a line's end: it may have been cut off.
    pub(crate) is_unfinished: bool,
}

impl Lines {
    pub(crate) fn open(path: &Path, file: &str) -> Result<Self, Error> {
        let opened = File::open(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
        Ok(Self {
            path: path.to_owned(),
            file: file.to_owned(),
            reader: BufReader::with_capacity(1 << 20, opened),
            bytes: Vec::new(),
            number: 0,
            is_unfinished: false,
            hash: None,
        })
    }

    /// As [`open`](Self::open), to ask for the [`sha256`](Self::sha256) at the end.
    pub(crate) fn open_hashed(path: &Path, file: &str) -> Result<Self, Error> {
        Ok(Self { hash: Some(Sha256::new()), ..Self::open(path, file)? })
    }

    pub(crate) fn file(&self) -> &str {
        &self.file
    }

    pub(crate) fn next(&mut self) -> Result<Option<Line<'_>>, Error> {
        const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
        self.bytes.clear();
        let read = self.reader.read_until(b'\n', &mut self.bytes);
        if read.map_err(|source| Error::Read { path: self.path.clone(), source })? == 0 {
            return Ok(None);
        }
        self.number += 1;
        if let Some(hash) = &mut self.hash {
            hash.update(&self.bytes);
        }
        let mut bytes = self.bytes.as_slice();
        if self.number == 1 {
            bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
        }
        self.is_unfinished = !bytes.ends_with(b"\n");
        bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        Ok(Some(Line { number: self.number, bytes, is_unfinished: self.is_unfinished }))
    }

    /// The number of the last line, if it was read and has no end.
    pub(crate) fn unfinished_line(&self) -> Option<u64> {
        self.is_unfinished.then_some(self.number)
    }

    /// The SHA-256 of all that was read, as hex.
    pub(crate) fn sha256(self) -> String {
        hex::encode(self.hash.unwrap_or_default().finalize())
    }
}

impl<'a> Line<'a> {
    pub(crate) fn text(&self) -> Result<&'a str, String> {
        std::str::from_utf8(self.bytes).map_err(|_| "is not UTF-8 text".to_owned())
    }

    /// The text of a line that has its end. Of one that was cut off, the last number may read as another.
    pub(crate) fn whole_text(&self) -> Result<&'a str, String> {
        if self.is_unfinished { Err(NO_LINE_END.to_owned()) } else { self.text() }
    }
}
