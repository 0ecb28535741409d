//! Metrics of ranked lists, each the mean over all cases of what one case gives.
//!
//! Confidence intervals are percentiles of a bootstrap over users: who has several cases is drawn, or not, with all
//! of them. Coverage is about all lists together and comes without an interval: a resample has fewer different users
//! than the data and therefore always covers less.

mod case;
mod catalogue;
pub(crate) mod evaluation;
mod evaluator;
mod groups;
mod lists;
mod measure;
mod metric;
mod settings;

pub use crate::bootstrap::Interval;
pub use case::CaseResult;
pub use catalogue::{Catalogue, ItemFacts};
pub use evaluation::{Estimate, Evaluation, Slice};
pub use evaluator::RankingEvaluator;
pub use metric::Metric;
pub use settings::{HistoryBounds, Settings};
