//! How good models are: metrics of ranked lists, of predicted ratings and of classifiers with confidence intervals,
//! reports that compare models, and reports about the data.
//!
//! Nothing here knows a model. Whoever scores items cuts the top list with [`top_k`], finds the target's place with
//! [`rank_of`] and hands both to a [`ranking::RankingEvaluator`], case by case. Whoever predicts ratings hands them to
//! [`rating::RatingErrors`], fold by fold; whoever answers yes/no questions makes a [`classification::Question`] of each.

mod bootstrap;
pub mod classification;
pub mod data_set;
mod error;
mod page;
mod popularity;
pub mod ranking;
pub mod rating;
pub mod report;
mod scores;
mod table;

pub use error::Error;
pub use popularity::Popularity;
pub use scores::{rank_of, top_k};
