//! How good classifiers are that give probabilities: of yes/no questions, and of levels that have an order.
//!
//! Intervals come from a bootstrap over films, the same films for every model, so that the differences between models
//! are those of pairs.

mod calibration;
mod confusion;
mod discrimination;
mod grading;
mod multi_label;
mod page;
mod plot;
mod question;
mod report;
mod resampled;
mod tables;

pub use calibration::{Bin, brier_score, calibration_error, reliability};
pub use confusion::Confusion;
pub use discrimination::{average_precision, precision_recall, roc_auc};
pub use grading::{GradedModel, Grading, GradingReport};
pub use multi_label::MultiLabel;
pub use page::Fact;
pub use question::{Answers, Question, QuestionModel, QuestionReport};
pub use report::{Classification, Settings};
