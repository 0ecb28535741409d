//! What films hold, over HTTP: levels of five sensitive categories with the evidence for them, a score and a verdict for
//! families. What a model says is saved without making anybody wait for the database.

mod answers;
mod application;
mod auth;
mod batch;
mod checks;
mod classifiers;
mod error;
mod families;
mod format;
mod metrics;
mod models;
mod predict;
mod routes;
mod saved;
mod saving;
mod service;
mod settings;
mod state;
mod verdict;

pub use application::Application;
pub use classifiers::{Build, KIND, Loader};
pub use routes::router;
pub use settings::{ModelSettings, SavingSettings, Settings};
pub use state::AppState;
