use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::manifest::field_of;
use crate::{Error, FORMAT, FileRecord, MANIFEST, Manifest, digest, names, version};

/// How often the model may be replaced while it is being opened.
const ATTEMPTS: usize = 10;

/// A model on disk, each file of which was found to be what the manifest says.
///
/// The files stay open, so [`read`](Self::read) gives those that were checked even when another model has taken
/// the folder since.
#[derive(Debug)]
pub struct Artifact {
    folder: PathBuf,
    manifest: Manifest,
    files: BTreeMap<String, File>,
}

impl Artifact {
    /// Reads the manifest and checks every file; an error says which one is wrong.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, Error> {
        let folder = folder.into();
        for _ in 0..ATTEMPTS {
            let text = read_manifest(&folder)?;
            let checked = check(&folder, &text);
            // Files that do not fit may be those of a model that was published meanwhile.
            if checked.is_ok() || read_manifest(&folder)? == text {
                let (manifest, files) = checked?;
                return Ok(Self { folder, manifest, files });
            }
        }
        Err(Error::AlwaysReplaced { folder })
    }

    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Refuses a model that is for another part of the program.
    pub fn expect_kind(&self, kind: &str) -> Result<(), Error> {
        if self.manifest.kind == kind {
            return Ok(());
        }
        Err(Error::WrongKind {
            folder: self.folder.clone(),
            expected: kind.to_owned(),
            found: self.manifest.kind.clone(),
        })
    }

    /// Where the file stands. Another model may take its place at any time; [`read`](Self::read) is safe from that.
    pub fn path(&self, name: &str) -> Result<PathBuf, Error> {
        self.file(name)?;
        Ok(self.folder.join(name))
    }

    /// The content of a file as it was checked.
    pub fn read(&self, name: &str) -> Result<Vec<u8>, Error> {
        let (file, record) = self.file(name)?;
        let mut bytes = vec![0; record.bytes as usize];
        file.read_exact_at(&mut bytes, 0)
            .map_err(|source| Error::Read { path: self.folder.join(name), source })?;
        Ok(bytes)
    }

    fn file(&self, name: &str) -> Result<(&File, &FileRecord), Error> {
        self.files.get(name).zip(self.manifest.files.get(name)).ok_or_else(|| Error::UnlistedFile {
            folder: self.folder.clone(),
            name: name.to_owned(),
            listed: self.files.keys().cloned().collect(),
        })
    }
}

fn read_manifest(folder: &Path) -> Result<Vec<u8>, Error> {
    let path = folder.join(MANIFEST);
    fs::read(&path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => Error::NoManifest { folder: folder.to_owned() },
        _ => Error::Read { path, source },
    })
}

fn check(folder: &Path, text: &[u8]) -> Result<(Manifest, BTreeMap<String, File>), Error> {
    let manifest = parse(folder.join(MANIFEST), text)?;
    let mut files = BTreeMap::new();
    for (name, expected) in &manifest.files {
        names::check(name)?;
        files.insert(name.clone(), open_checked(folder.join(name), expected)?);
    }
    Ok((manifest, files))
}

fn parse(path: PathBuf, text: &[u8]) -> Result<Manifest, Error> {
    #[derive(Deserialize)]
    struct Format {
        format: u32,
    }

    // Another format need not have the fields of this one.
    let Format { format } = parse_json(&path, text)?;
    if format != FORMAT {
        return Err(Error::UnknownFormat { path, found: format, known: FORMAT });
    }
    let manifest: Manifest = parse_json(&path, text)?;
    let is_sealed = str::from_utf8(text).is_ok_and(|text| version::is_sealed(text, &manifest.version));
    if !is_sealed {
        return Err(Error::ManifestChanged { path });
    }
    Ok(manifest)
}

fn parse_json<'de, T: Deserialize<'de>>(path: &Path, text: &'de [u8]) -> Result<T, Error> {
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let parsed = serde_path_to_error::deserialize(&mut deserializer);
    let value = parsed.map_err(|error| Error::Manifest {
        path: path.to_owned(),
        field: field_of(&error),
        source: error.into_inner(),
    })?;
    deserializer.end().map_err(|source| Error::Manifest {
        path: path.to_owned(),
        field: "its end".to_owned(),
        source,
    })?;
    Ok(value)
}

fn open_checked(path: PathBuf, expected: &FileRecord) -> Result<File, Error> {
    let file = match open_plain(&path) {
        Ok(Some(file)) => file,
        Ok(None) => return Err(Error::NotAFile { path }),
        Err(source) if source.kind() == io::ErrorKind::NotFound => return Err(Error::MissingFile { path }),
        Err(source) => return Err(Error::Read { path, source }),
    };
    let found = match digest::record(&file) {
        Ok(found) => found,
        Err(source) => return Err(Error::Read { path, source }),
    };
    if found.bytes != expected.bytes {
        return Err(Error::WrongSize { path, expected: expected.bytes, found: found.bytes });
    }
    if found.sha256 != expected.sha256 {
        return Err(Error::WrongHash { path, expected: expected.sha256.clone(), found: found.sha256 });
    }
    Ok(file)
}

/// Opening what is not a plain file could wait for ever.
fn open_plain(path: &Path) -> io::Result<Option<File>> {
    if !fs::metadata(path)?.is_file() {
        return Ok(None);
    }
    File::open(path).map(Some)
}
