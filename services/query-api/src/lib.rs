//! The catalogue over HTTP: search and maintenance of films and their triggers, prediction history, family profiles.

mod application;
mod auth;
mod error;
mod etag;
mod merge_patch;
mod movies;
mod paging;
mod patch_schema;
mod profiles;
mod routes;
mod service;
mod settings;
mod state;
mod triggers;

pub use application::Application;
pub use routes::router;
pub use settings::Settings;
pub use state::AppState;
