#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod abandoned;
mod api;
mod batch;
mod cable;
mod contract;
mod explanations;
mod hostile_input;
mod models;
mod openapi;
mod profiles;
mod saving;
mod stub;
