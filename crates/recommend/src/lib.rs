//! Answers to people, made with models: films found by title, lists ranked for somebody, and what to do where a model
//! cannot answer.

mod method;
mod models;
mod predictor;
mod titles;

pub use method::{Method, UnknownMethod};
pub use models::{Answer, Fallback, Models, PredictedRating, Question, SIMILAR};
pub use predictor::Predictor;
pub use titles::{Found, Title, TitleIndex};
