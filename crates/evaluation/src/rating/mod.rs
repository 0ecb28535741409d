//! Errors of predicted ratings, and models compared on the same folds.
//!
//! The figures of a model are means over the folds, each fold counting the same. How far they spread says how much a
//! figure depends on the fold, not how sure it is: the folds share most of their training data. For that there are the
//! figures of all folds together, whose intervals come from a bootstrap over users.

mod cross_validation;
mod errors;
mod model;
mod overall;
mod plot;
mod scale;
mod spread;
mod tables;

pub use crate::bootstrap::Interval;
pub use cross_validation::{CrossValidation, Difference, Resampling};
pub use errors::RatingErrors;
pub use model::{Fold, FoldFigures, RatedModel};
pub use overall::{Figure, Overall};
pub use scale::Scale;
pub use spread::Spread;
