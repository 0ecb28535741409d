#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod api;
mod contract;
mod database_down;
mod hostile_input;
mod maintenance;
mod movies;
mod openapi;
mod profiles;
mod triggers;
