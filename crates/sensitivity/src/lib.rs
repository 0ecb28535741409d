//! What a film holds that a family may want to know of, how sure that is, and why.
//!
//! A model judges in two stages. *Readers* are logistic regressions that have learned from many films to tell from title
//! and description what the films' keywords say by the rules of `rules.toml`; they never read keywords. The *judge* of
//! a question ("violencia, at least moderado?") has learned from the films that people judged, from the readers' scores
//! of films they had not seen, the keywords, the certificate, genres and year. Where people judged no film, the
//! reader's score is all there is.

mod algorithm;
mod artifact;
mod calibration;
mod case;
mod cross_validation;
mod error;
mod explanation;
mod folds;
mod judge;
mod labels;
mod linear;
mod model;
mod numbers;
mod question;
mod readers;
mod rules;
mod settings;
mod stage;
mod training;
mod trees;
mod watch;
mod withheld;
mod yardsticks;

pub use algorithm::Algorithm;
pub use artifact::{KIND, NAME};
pub use cross_validation::{
    CrossValidation, JudgedFilm, QuestionScores, ScoredFilm, cross_validate, score_fold,
};
pub use error::Error;
pub use labels::LabelOrigin;
pub use model::SensitivityModel;
pub use question::{Form, Question};
pub use settings::{
    Calibration, LightGbmSettings, LogisticRegressionSettings, Penalty, RandomForestSettings, ReaderSettings,
    Settings, UncertaintySettings,
};
pub use training::{FilmLabel, LabelCounts, Trained, TrainingSummary, train};
pub use watch::Watch;
pub use yardsticks::Yardsticks;
