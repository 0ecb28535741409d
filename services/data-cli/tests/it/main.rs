//! Runs the program itself, against a Postgres of the test's own and a server of files written here.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod api_key;
mod download;
mod file_server;
mod generate;
mod load;
mod migrate;
mod program;
