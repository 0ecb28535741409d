//! The OpenAPI document: what the layers add to it, where it is served, and how a test compares it with the routes.

mod document;
mod routes;
mod test_support;

pub use document::document;
pub use routes::routes;
pub use test_support::{UNDOCUMENTED, documented_routes, registered_routes, served_routes};
