use lightgbm3::{Booster, Dataset};
use serde_json::{Value, json};

use super::Forest;
use crate::linear::sigmoid;
use crate::{Error, LightGbmSettings, RandomForestSettings};

/// Rows to learn from, with the answer and the weight of each. There have to be both answers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Examples<'a> {
    pub(crate) rows: &'a [&'a [f64]],
    pub(crate) answers: &'a [bool],
    pub(crate) weights: &'a [f64],
}

/// Grows trees, one after the other, each to mend what is wrong with the scores so far, beginning with `starts`.
pub(crate) fn boost(
    examples: Examples<'_>,
    starts: &[f64],
    settings: &LightGbmSettings,
    seed: u64,
) -> Result<Forest, Error> {
    let own = json!({
        "num_iterations": settings.n_estimators,
        "learning_rate": settings.learning_rate,
        "max_depth": settings.max_depth,
        "num_leaves": settings.num_leaves,
        "min_data_in_leaf": settings.min_child_samples,
        "lambda_l2": settings.reg_lambda,
        "feature_fraction": settings.feature_fraction,
    });
    // LightGBM knows nothing of the starts: it is told the slope and the curvature of the logistic loss with them.
    let slopes = |scores: &[f64], labels: &[f32], slopes: &mut [f32], curvatures: &mut [f32]| {
        for (row, (score, label)) in scores.iter().zip(labels).enumerate() {
            let probability = sigmoid(starts[row] + score);
            let weight = examples.weights[row];
            slopes[row] = (weight * (probability - f64::from(*label))) as f32;
            curvatures[row] = (weight * probability * (1.0 - probability)) as f32;
        }
    };
    let booster = Booster::train_with_custom_objective(examples.dataset()?, &parameters(own, seed), slopes);
    forest_of(&booster.map_err(Error::LightGbm)?)
}

/// Grows trees that vote on the answers.
pub(crate) fn forest(
    examples: Examples<'_>,
    settings: &RandomForestSettings,
    seed: u64,
) -> Result<Forest, Error> {
    let features = examples.features() as f64;
    let own = json!({
        "objective": "binary",
        "boosting": "rf",
        "num_iterations": settings.n_estimators,
        "max_depth": settings.max_depth,
        "num_leaves": settings.num_leaves,
        "min_data_in_leaf": settings.min_child_samples,
        "bagging_fraction": settings.bagging_fraction,
        "bagging_freq": 1,
        "feature_fraction_bynode": features.sqrt() / features,
        "is_unbalance": settings.is_balanced,
    });
    let booster = Booster::train(examples.dataset()?, &parameters(own, seed));
    forest_of(&booster.map_err(Error::LightGbm)?)
}

impl Examples<'_> {
    fn features(&self) -> usize {
        self.rows.first().map_or(0, |row| row.len())
    }

    fn dataset(&self) -> Result<Dataset, Error> {
        let flat: Vec<f64> = self.rows.iter().flat_map(|row| row.iter().copied()).collect();
        let labels: Vec<f32> = self.answers.iter().map(|answer| if *answer { 1.0 } else { 0.0 }).collect();
        let weights: Vec<f32> = self.weights.iter().map(|weight| *weight as f32).collect();
        let mut dataset =
            Dataset::from_slice(&flat, &labels, self.features() as i32, true).map_err(Error::LightGbm)?;
        dataset.set_weights(&weights).map_err(Error::LightGbm)?;
        Ok(dataset)
    }
}

/// One thread and row by row: the same films give the same trees on every machine.
fn parameters(own: Value, seed: u64) -> Value {
    let mut parameters = json!({
        "metric": "none",
        "verbosity": -1,
        "seed": seed & i32::MAX as u64,
        "deterministic": true,
        "force_row_wise": true,
        "num_threads": 1,
        "use_missing": false,
    });
    if let (Some(all), Value::Object(own)) = (parameters.as_object_mut(), own) {
        all.extend(own);
    }
    parameters
}

fn forest_of(booster: &Booster) -> Result<Forest, Error> {
    let text = booster.save_string().map_err(Error::LightGbm)?;
    Forest::parse(text, "what LightGBM has grown")
}
