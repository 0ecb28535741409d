//! Settings in layers: built-in defaults, then the file named by `FILMLENS_CONFIG`, then variables such as
//! `FILMLENS__HTTP__PORT`. Only this crate reads the process environment, and it does so once.

mod environment;
mod error;
mod layers;
mod postgres;
mod secret;
mod secrets_manager;

pub use environment::Environment;
pub use error::Error;
pub use layers::load;
pub use postgres::postgres_url;
pub use secret::Secret;
