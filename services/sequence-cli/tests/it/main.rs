//! Runs the program itself, on small data that the tests write.

#![expect(clippy::unwrap_used, reason = "tests")]

mod absent_server;
mod data;
mod embeddings;
mod evaluate;
mod import;
mod interrupted;
mod pages;
mod paths;
mod program;
mod recipes;
mod refused;
mod score;
mod tracked;
mod train;
