//! Records of training runs: parameters, metrics, tags and artifacts, on an MLflow server or as plain files, and the
//! registry of models made from them.
//!
//! A training loop calls [`Run::metrics`] and goes on: a thread of the run writes what it is told to the disk, and for
//! a server another thread sends it from there. A server that stays away costs the training nothing; what it has not
//! got yet lies in the run's folder, and goes out when the next run starts or this one is resumed.

mod delivery;
mod error;
mod event;
mod files;
mod folder;
mod last_steps;
mod lines;
mod mlflow;
mod names;
mod outbox;
mod registry;
mod run;
mod settings;
mod tracking;
mod tree;

pub use delivery::{Delivery, Rejection};
pub use error::{Error, ServerError};
pub use event::Outcome;
pub use registry::{ListedVersion, ModelVersion, Registry};
pub use reqwest::Url;
pub use run::Run;
pub use settings::{Credentials, TrackingSettings};
pub use tracking::{RunStart, Tracking};
