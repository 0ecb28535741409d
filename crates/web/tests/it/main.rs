//! Everything over a real socket, for what matters here is what a client sees.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(
    unreachable_pub,
    reason = "a test binary has no outside, and pub(crate) everywhere only adds noise"
)]

mod app;
mod browsers;
mod extract;
mod health;
mod hops;
mod lifecycle;
mod limits;
mod openapi;
mod probe;
mod problems;
mod raw;
mod settings;
