//! How good recommendations are: metrics of ranked lists with confidence intervals, and reports that compare models.
//!
//! Nothing here knows a model. Whoever scores items cuts the top list with [`top_k`], finds the target's place with
//! [`rank_of`] and hands both to a [`ranking::RankingEvaluator`], case by case.

mod error;
mod popularity;
pub mod ranking;
pub mod report;
mod scores;

pub use error::Error;
pub use popularity::Popularity;
pub use scores::{rank_of, top_k};
