//! What people watched, in order, for models that say what comes next.
//!
//! Items are numbered from 1, users from 0. A folder is read line by line into [`Interactions`], whole or not at all:
//! what is wrong with it is an error that lists the first problems with their lines. A [`Split`] says which positions
//! of the histories train and which are asked about.

mod by_time;
mod data;
mod facts;
mod files;
mod interactions;
mod leave_one_out;
mod plain;
mod prepared;
mod problems;
mod ratings;
mod split;
mod statistics;
mod stray_item;
mod vocabulary;
mod write;

pub use by_time::{TimeBoundaries, by_time};
pub use data::SequenceData;
pub use facts::ItemFacts;
pub use files::FileHash;
pub(crate) use files::fingerprint;
pub use interactions::Interactions;
pub use leave_one_out::{VALIDATION_SEED, draw_validation_users, leave_one_out, validation_on_everyone};
pub use problems::Problems;
pub use split::{Case, Omissions, Split, popularity};
pub use vocabulary::Vocabulary;
pub use write::write_sequences;
