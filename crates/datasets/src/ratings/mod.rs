//! Who gave which film how many stars, for the models that learn from ratings.
//!
//! Users are numbered from 0 and items from 1, both in the order of their ids, so that the numbers do not depend on the
//! order of the file. Nobody and nothing is left out; of two ratings of a film by the same user the newer counts.

mod data;
mod folds;
mod histories;
mod read;
mod table;

pub use data::RatingsData;
pub use folds::{folds, held_out_share};
pub use histories::RatedHistories;
pub use table::{Rating, Ratings};
