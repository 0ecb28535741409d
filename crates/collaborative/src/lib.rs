//! Recommenders that need no neural network: popularity, neighbours, factors, EASE and clusters.
//!
//! Users are numbered from 0, items from 1, as everywhere in FilmLens; whatever has a place for each item has an unused
//! one for number 0. Every model is trained from a [`RatingMatrix`], gives the same result for the same seed whatever
//! the number of threads, and states its memory where that grows faster than the ratings.

mod matrix;
mod profile;
mod progress;

pub use matrix::{RatingMatrix, Row, Rows};
pub use profile::{Profile, Recommender};
pub use progress::Watch;
