//! The film catalogue, its triggers, predictions, family profiles and API keys, in Postgres.
//!
//! [`CatalogStore`] is the one handle: cheap to clone, with a method for each thing that a service asks. The SQL
//! stands beside the method that sends it, in the module named after its table.

mod api_keys;
pub mod bulk_load;
mod cursor;
mod error;
mod films;
mod follow;
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
pub use predictions::{NewPrediction, PredictionRow};
pub use profiles::{ProfileOwner, ProfileRow};
pub use settings::PostgresSettings;
pub use store::{CatalogStore, Version};
pub use suggestions::{Suggestion, Suggestions};
pub use triggers::{NewTrigger, TriggerFilter, TriggerRow};
