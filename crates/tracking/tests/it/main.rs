#![expect(clippy::unwrap_used, reason = "tests")]

mod answers;
mod double;
mod files;
mod killed;
mod outage;
mod registry;
mod relay;
mod server;
mod support;
