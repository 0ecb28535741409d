//! A trained model on disk: a folder of files and a `manifest.json` that says what they are.
//!
//! A [`Draft`] collects the files beside the place where they will stand and puts them there in one step, so that a
//! reader finds the former model or the new one, whole, and a writer that dies leaves the former. [`Artifact::open`]
//! checks every file against the manifest before it hands out any. [`Live`] holds a model in memory and takes up each
//! version that is published in its place.

mod artifact;
mod digest;
mod draft;
mod error;
mod exchange;
mod leftovers;
mod live;
mod manifest;
mod names;
mod version;

pub use artifact::Artifact;
pub use digest::sha256_hex;
pub use draft::Draft;
pub use error::Error;
pub use live::{Live, Loaded, Refused};
pub use manifest::{
    DataRecord, Description, FORMAT, FileRecord, MANIFEST, Manifest, Metric, Metrics, VocabularyRecord,
};
