//! What serves a model: the traits that models fulfil, and the engine that owns one.
//!
//! There are two kinds of model, and one engine for both: a [`SequenceModel`] tells what comes next, a [`Classifier`]
//! what a film holds. [`Kind`] says what is asked of each.
//!
//! An [`Engine`] builds its model on a thread of its own, where the model stays: it need not be `Send`. Callers hold
//! an [`EngineHandle`], which speaks plain data. Between the two lies a queue, bounded by requests and by work:
//!
//! - A request that finds the queue full is refused at once with [`Error::Saturated`]; nothing ever waits to be queued.
//! - The owner takes whatever waits, in order, up to the limits of a batch, and never waits for more to come.
//!   Work in a batch of sequences is counted with padding: a short history beside a long one costs as much.
//! - A request whose caller has gone is skipped. A faulty one is refused before it is queued, so it spoils no batch.
//! - A panic of the model fails the requests of its batch; the model is then built anew, on the same thread.
//! - A closed engine answers what it had accepted and refuses the rest.
//!
//! A [`ModelSlot`] replaces the engine under load: no request is lost, and each answer names the version it came from.

mod classifier;
mod engine;
mod error;
mod histogram;
mod item_set;
mod kind;
pub mod metrics;
mod model;
mod owner;
mod queue;
mod ranking;
mod sequence;
mod settings;
mod slot;
mod stats;
mod task;
mod warm_up;

pub use classifier::{Classifier, Content, ContentQuery};
pub use engine::{Engine, EngineHandle};
pub use error::Error;
pub use histogram::Quantiles;
pub use item_set::ItemSet;
pub use kind::{Kind, Model};
pub use model::{ModelError, ScoredItem, SequenceModel, SequenceQuery, Shape};
pub use ranking::best_items;
pub use sequence::{Sequence, SequenceAnswer, SequenceRequest};
pub use settings::EngineSettings;
pub use slot::ModelSlot;
pub use stats::Stats;
pub use task::Answer;
