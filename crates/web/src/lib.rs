//! What every HTTP service shares: `axum` behind one error format, one set of limits and one way to start and stop.
//!
//! ```no_run
//! use filmlens_settings::{Environment, load};
//! use filmlens_telemetry::TelemetrySettings;
//! use filmlens_web::{HttpSettings, Readiness, Server, stop_signal};
//!
//! #[derive(serde::Deserialize)]
//! struct Settings {
//!     http: HttpSettings,
//!     telemetry: TelemetrySettings,
//! }
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let defaults = "[http]\nport = 8001\n[telemetry]\n";
//! let settings: Settings = load(defaults, &Environment::from_process())?;
//! let telemetry = filmlens_telemetry::init("query-api", &settings.telemetry)?;
//! let router = axum::Router::new();
//! let server = Server::bind(&settings.http).await?;
//! server.run(router, Readiness::new(vec![]), telemetry.metrics(), stop_signal()).await?;
//! # Ok(())
//! # }
//! ```

pub mod client;
pub mod context;
pub mod extract;
pub mod health;
pub mod layers;
mod lingering;
pub mod openapi;
pub mod probe;
mod problem;
mod server;
mod settings;

pub use health::Readiness;
pub use problem::{FieldProblem, Problem};
pub use server::{Error, Server, stop_signal};
pub use settings::{HttpSettings, RateLimit};
