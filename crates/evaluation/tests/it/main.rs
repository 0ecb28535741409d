#![expect(clippy::unwrap_used, reason = "tests")]

mod cases;
mod intervals;
mod metrics;
mod refusals;
mod reports;
