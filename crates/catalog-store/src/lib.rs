//! The film catalogue, its triggers, predictions, family profiles and API keys, in Postgres.
//!
//! [`CatalogStore`] is the one handle: cheap to clone, with a method for each thing that a service asks. The SQL
//! stands beside the method that sends it:
//!
//! | module | tables |
//! |---|---|
//! | `films` | `movies_catalog` |
//! | `bulk_load` | `movies_catalog`, `load_positions`, and `movie_triggers` for what people set |
//! | `suggestions` | titles of `movies_catalog`, kept in memory |
//! | `triggers` | `movie_triggers` |
//! | `predictions` | `predictions` |
//! | `made_predictions` | `predictions`, `prediction_audit`, and `movie_triggers` for what a model says |
//! | `profiles` | `user_preferences` |
//! | `api_keys` | `api_keys` |

mod api_keys;
pub mod bulk_load;
mod cursor;
mod error;
mod films;
mod follow;
mod made_predictions;
pub mod migrate;
mod predictions;
mod profiles;
mod settings;
mod store;
mod suggestions;
mod triggers;

pub use api_keys::{ApiKey, NewApiKey, Role};
pub use cursor::Cursor;
pub use error::Error;
pub use films::{Facet, FacetCount, Facets, FilmPage, FilmQuery, FilmRow, FilterOptions, Slice};
pub use made_predictions::MadePrediction;
pub use predictions::{NewPrediction, PredictionRow};
pub use profiles::{ProfileOwner, ProfileRow};
pub use settings::PostgresSettings;
pub use store::{CatalogStore, Version};
pub use suggestions::{Suggestion, Suggestions};
pub use triggers::{NewTrigger, TriggerFilter, TriggerRow};
