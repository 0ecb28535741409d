//! Runs the program itself, on small data that the tests write.

#![expect(clippy::unwrap_used, reason = "tests")]

mod bench;
mod cross_validate;
mod data;
mod eval;
mod help;
mod program;
mod refused;
mod report;
mod tracked;
mod train;
