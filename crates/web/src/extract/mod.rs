//! `axum`'s extractors with rejections that are problems and name the field.

pub(crate) mod json;
mod path;
mod query;
mod wording;

pub use json::{Json, parse_json};
pub use path::Path;
pub use query::{Query, lenient_bool};
