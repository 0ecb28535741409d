//! Where films come from, and who watched them in which order: the loaders of public data sets, the demo catalogue, and
//! generators of synthetic data.
//!
//! A loader reads its files to the end before it returns, so that a file which turns out to be broken loads nothing.
//! What it could not use it returns beside the films, with the line and the reason.

mod csv_table;
pub mod demo;
pub mod demo_filmes;
mod error;
mod fields;
pub mod filmlens_csv;
pub mod generate;
mod lines;
pub mod movielens;
mod parsed;
pub mod ratings;
pub mod sensitivity;
pub mod sequences;
pub mod tmdb_csv;

pub use error::Error;
pub use parsed::{Parsed, Rejection};
