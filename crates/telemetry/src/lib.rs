//! Logs, metrics and traces, set up once by each service's `main`.

mod chain;
mod init;
mod logs;
pub mod metrics;
mod settings;
mod tls;
mod traces;

pub mod propagation;

pub use chain::Chain;
pub use init::{Error, Telemetry, init, init_for_tests};
pub use metrics::Metrics;
pub use settings::{LogFormat, TelemetrySettings};
pub use tls::install_tls_provider;
