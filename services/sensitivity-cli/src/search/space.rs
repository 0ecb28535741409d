use filmlens_sensitivity::Algorithm;
use serde_json::{Value, json};

use crate::recipe::{nested, replace};

/// A setting that is looked for between two bounds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Dimension {
    pub(super) name: &'static str,
    low: f64,
    high: f64,
    /// Whether twice as much is as far away everywhere.
    is_logarithmic: bool,
    is_whole: bool,
}

const fn number(name: &'static str, low: f64, high: f64) -> Dimension {
    Dimension { name, low, high, is_logarithmic: false, is_whole: false }
}

const fn scale(name: &'static str, low: f64, high: f64) -> Dimension {
    Dimension { is_logarithmic: true, ..number(name, low, high) }
}

const fn count(name: &'static str, low: f64, high: f64) -> Dimension {
    Dimension { is_whole: true, ..number(name, low, high) }
}

const READERS: [Dimension; 2] = [scale("readers.cost", 0.03, 3.0), count("readers.min_keywords", 1.0, 6.0)];
const LINEAR: [Dimension; 1] = [scale("logistic_regression.cost", 0.003, 1.0)];
const TREES: [Dimension; 7] = [
    count("lightgbm.n_estimators", 20.0, 300.0),
    scale("lightgbm.learning_rate", 0.01, 0.3),
    count("lightgbm.max_depth", 2.0, 8.0),
    count("lightgbm.num_leaves", 3.0, 31.0),
    count("lightgbm.min_child_samples", 5.0, 40.0),
    scale("lightgbm.reg_lambda", 0.1, 50.0),
    number("lightgbm.feature_fraction", 0.2, 1.0),
];
const FOREST: [Dimension; 4] = [
    count("random_forest.n_estimators", 50.0, 300.0),
    count("random_forest.max_depth", 3.0, 25.0),
    count("random_forest.min_child_samples", 2.0, 30.0),
    number("random_forest.bagging_fraction", 0.3, 0.9),
];

pub(super) fn dimensions(algorithm: Algorithm) -> Vec<Dimension> {
    let own: Vec<Dimension> = match algorithm {
        Algorithm::LightGbm => TREES.into_iter().chain(LINEAR).collect(),
        Algorithm::RandomForest => FOREST.to_vec(),
        Algorithm::LogisticRegression => LINEAR.to_vec(),
    };
    READERS.into_iter().chain(own).collect()
}

impl Dimension {
    /// The value at a place between 0, the lower bound, and 1, the upper one.
    pub(super) fn value(&self, place: f64) -> Value {
        let place = place.clamp(0.0, 1.0);
        let value = if self.is_logarithmic {
            (self.low.ln() + place * (self.high.ln() - self.low.ln())).exp()
        } else {
            self.low + place * (self.high - self.low)
        };
        let value = value.clamp(self.low, self.high);
        if self.is_whole { json!(value.round() as i64) } else { json!(value) }
    }
}

/// The settings at a point, a place for each dimension.
pub(super) fn settings_at(dimensions: &[Dimension], point: &[f64]) -> Value {
    let mut settings = json!({});
    for (dimension, place) in dimensions.iter().zip(point) {
        replace(&mut settings, nested(dimension.name, dimension.value(*place)));
    }
    settings
}

#[cfg(test)]
mod tests {
    use filmlens_sensitivity::Settings;

    use super::*;
    use crate::recipe::changed;

    #[test]
    fn every_corner_of_every_space_is_a_setting_that_makes_sense() {
        for algorithm in Algorithm::ALL {
            let dimensions = dimensions(algorithm);
            for place in [0.0, 0.5, 1.0] {
                let changes = settings_at(&dimensions, &vec![place; dimensions.len()]);
                changed(&Settings::default(), changes).unwrap();
            }
        }
    }

    #[test]
    fn a_scale_is_halfway_at_the_geometric_mean() {
        let value = scale("readers.cost", 0.01, 1.0).value(0.5).as_f64().unwrap();
        assert!((value - 0.1).abs() < 1e-12);
        assert_eq!(count("lightgbm.max_depth", 2.0, 8.0).value(1.0), json!(8));
    }
}
