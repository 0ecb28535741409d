//! Runs the program itself, on the demo catalogue and on small data that the tests write.

#![expect(clippy::unwrap_used, reason = "tests")]

mod data;
mod eval;
mod predict;
mod program;
mod promote;
mod refused;
mod search;
mod tracked;
mod train;
