use std::time::Duration;

use serde::Serialize;

use crate::rating::overall::Pooled;
use crate::rating::{Overall, RatingErrors, Spread};

/// What one model made of one fold.
#[derive(Debug, Clone)]
pub struct Fold {
    pub errors: RatingErrors,
    pub training: Duration,
    /// For all ratings of the fold.
    pub prediction: Duration,
}

#[derive(Debug, Clone, Serialize)]
pub struct RatedModel {
    pub name: String,
    pub rmse: Spread,
    pub mae: Spread,
    pub training_seconds: Spread,
    pub prediction_seconds: Spread,
    pub overall: Overall,
    pub folds: Vec<FoldFigures>,
    #[serde(skip)]
    pub(super) pooled: Pooled,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct FoldFigures {
    pub ratings: u64,
    pub rmse: f64,
    pub mae: f64,
    pub training_seconds: f64,
    pub prediction_seconds: f64,
}

impl RatedModel {
    /// The folds must be checked: at least one, and none without ratings.
    pub(super) fn new(name: String, folds: &[Fold], pooled: Pooled, confidence: f64) -> Self {
        let folds: Vec<FoldFigures> = folds.iter().map(FoldFigures::of).collect();
        let spread = |part: fn(&FoldFigures) -> f64| {
            Spread::of(&folds.iter().map(part).collect::<Vec<_>>()).expect("a model has at least one fold")
        };
        Self {
            name,
            rmse: spread(|fold| fold.rmse),
            mae: spread(|fold| fold.mae),
            training_seconds: spread(|fold| fold.training_seconds),
            prediction_seconds: spread(|fold| fold.prediction_seconds),
            overall: pooled.overall(confidence),
            folds,
            pooled,
        }
    }
}

impl FoldFigures {
    fn of(fold: &Fold) -> Self {
        let errors = &fold.errors;
        Self {
            ratings: errors.count(),
            rmse: errors.rmse().expect("folds without ratings are refused"),
            mae: errors.mae().expect("folds without ratings are refused"),
            training_seconds: fold.training.as_secs_f64(),
            prediction_seconds: fold.prediction.as_secs_f64(),
        }
    }
}
