#![expect(clippy::unwrap_used, reason = "tests")]

mod cases;
mod classification;
mod classification_reports;
mod data_set;
mod intervals;
mod metrics;
mod movielens;
mod rating;
mod rating_reports;
mod refusals;
mod reports;
