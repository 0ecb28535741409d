#![expect(clippy::unwrap_used, reason = "tests")]

mod closed_forms;
mod engine;
mod golden;
mod import;
mod learning;
mod model;
mod negatives;
mod ranking;
mod recipes;
mod resuming;
mod setup;
mod stopping;
mod stored;
