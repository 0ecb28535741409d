#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod api;
mod filmes;
mod hostile_input;
mod models;
mod openapi;
mod predictions;
mod recommendations;
mod similar;
mod training;
