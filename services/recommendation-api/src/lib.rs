//! What to watch next, over HTTP: recommendations, similar films, predicted ratings, and the KMeans API of before.

mod application;
mod error;
mod filmes;
mod films;
mod library;
mod metrics;
mod models;
mod params;
mod popular;
mod predictions;
mod profiles;
mod recommendations;
mod routes;
mod service;
mod settings;
mod similar;
mod slot;
mod state;
mod work;

pub use application::Application;
pub use routes::router;
pub use settings::{ModelSettings, Settings, WorkSettings};
pub use state::AppState;
