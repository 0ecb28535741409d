use std::io;
use std::path::PathBuf;

/// Why a model could not be written, or was not read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("{} cannot be read", path.display())]
    Read {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("{} cannot be written", path.display())]
    Write {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("{} holds no manifest.json; name the folder that a training or an import wrote", folder.display())]
    NoManifest { folder: PathBuf },
    #[error("{} is not a manifest: {field} is wrong", path.display())]
    Manifest {
        path: PathBuf,
        field: String,
        #[source]
        source: serde_json::Error,
    },
    #[error(
        "{} is of format {found}, and this program reads format {known}; use the program that wrote it, or write it anew",
        path.display()
    )]
    UnknownFormat { path: PathBuf, found: u32, known: u32 },
    #[error("{} was changed after it was published; publish or copy the model again", path.display())]
    ManifestChanged { path: PathBuf },
    #[error("{} is named in the manifest and is not there; copy the model again", path.display())]
    MissingFile { path: PathBuf },
    #[error("{} has {found} bytes, and the manifest says {expected}; copy the model again", path.display())]
    WrongSize { path: PathBuf, expected: u64, found: u64 },
    #[error("{} has the SHA-256 {found}, and the manifest says {expected}; copy the model again", path.display())]
    WrongHash { path: PathBuf, expected: String, found: String },
    #[error("{} is replaced faster than it can be read; try again when nothing publishes to it", folder.display())]
    AlwaysReplaced { folder: PathBuf },
    #[error("{} is a {found:?}, and a {expected:?} is needed", folder.display())]
    WrongKind { folder: PathBuf, expected: String, found: String },
    #[error(
        "the vocabulary has {found_items} items with the SHA-256 {found_sha256}, and the manifest says \
         {expected_items} with {expected_sha256}; use the data that the model was trained on, or train it anew"
    )]
    WrongVocabulary { expected_items: u64, expected_sha256: String, found_items: u64, found_sha256: String },
    #[error("the hyper-parameters of the model cannot be used: {field} is wrong")]
    HyperParameters {
        field: String,
        #[source]
        source: serde_json::Error,
    },
    #[error("the metric {metric} is {value}; only finite numbers can be kept")]
    NotFinite { metric: String, value: f64 },
    #[error(
        "{name:?} is no name for a file of a model: ASCII letters, digits and ._- make one, and it starts with no dot"
    )]
    FileName { name: String },
    #[error("the model in {} has no file {name}; it has {}", folder.display(), listed.join(", "))]
    UnlistedFile { folder: PathBuf, name: String, listed: Vec<String> },
    #[error("{} cannot be part of a model: it is not a plain file", path.display())]
    NotAFile { path: PathBuf },
    #[error("{} cannot be the folder of a model: it has no name", target.display())]
    NoTargetName { target: PathBuf },
    #[error(
        "{} would be lost with the folder that holds it, which is no model or has more than its files; \
         move it away or choose another folder",
        path.display()
    )]
    Occupied { path: PathBuf },
}
