use filmlens_text_features::SpaceSettings;
use serde::{Deserialize, Serialize};

use crate::{Algorithm, Error, Form};

/// All that shapes a training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    pub form: Form,
    pub algorithm: Algorithm,
    pub seed: u64,
    pub text: SpaceSettings,
    pub readers: ReaderSettings,
    pub logistic_regression: LogisticRegressionSettings,
    pub lightgbm: LightGbmSettings,
    pub random_forest: RandomForestSettings,
    pub calibration: Calibration,
    pub uncertainty: UncertaintySettings,
}

/// Stage 1: logistic regressions that tell from the text what keywords would say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReaderSettings {
    /// How much a mistake costs beside large weights.
    pub cost: f64,
    /// A film with fewer keywords is no evidence for what it lacks.
    pub min_keywords: usize,
    /// In how many parts the films are cut, each of which is read by readers that have not seen its labels.
    pub folds: usize,
    pub max_iterations: usize,
}

/// The linear judge.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogisticRegressionSettings {
    pub cost: f64,
    pub penalty: Penalty,
    pub is_balanced: bool,
    pub max_iterations: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Penalty {
    L1,
    #[default]
    L2,
}

/// Boosted trees, under LightGBM's own names. They start from the score of the linear judge and correct it: of few
/// judged films, trees alone learn less.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LightGbmSettings {
    pub n_estimators: usize,
    pub learning_rate: f64,
    pub max_depth: i32,
    pub num_leaves: usize,
    pub min_child_samples: usize,
    pub reg_lambda: f64,
    /// The share of the features that each tree may use.
    pub feature_fraction: f64,
}

/// LightGBM's random forest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RandomForestSettings {
    pub n_estimators: usize,
    pub max_depth: i32,
    pub num_leaves: usize,
    pub min_child_samples: usize,
    /// The share of the films that each tree sees.
    pub bagging_fraction: f64,
    pub is_balanced: bool,
}

/// How scores become probabilities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Calibration {
    /// By a logistic curve.
    #[default]
    Platt,
    /// By a rising staircase.
    Isotonic,
    None,
}

/// When the answer is that nobody can tell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UncertaintySettings {
    /// How many known words are evidence enough by themselves: many, for text alone tells little. Certificate, keywords
    /// and genres count for words.
    pub words: usize,
    /// By how much the likeliest level has to lead.
    pub min_lead: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            form: Form::default(),
            algorithm: Algorithm::default(),
            seed: 42,
            // Sequences of characters made no judge better, and training three times as long.
            text: SpaceSettings { characters: None, ..SpaceSettings::default() },
            readers: ReaderSettings::default(),
            logistic_regression: LogisticRegressionSettings::default(),
            lightgbm: LightGbmSettings::default(),
            random_forest: RandomForestSettings::default(),
            calibration: Calibration::default(),
            uncertainty: UncertaintySettings::default(),
        }
    }
}

impl Default for ReaderSettings {
    fn default() -> Self {
        Self { cost: 0.3, min_keywords: 3, folds: 5, max_iterations: 100 }
    }
}

impl Default for LogisticRegressionSettings {
    fn default() -> Self {
        Self { cost: 0.03, penalty: Penalty::L2, is_balanced: false, max_iterations: 200 }
    }
}

impl Default for LightGbmSettings {
    fn default() -> Self {
        Self {
            n_estimators: 30,
            learning_rate: 0.03,
            max_depth: 2,
            num_leaves: 4,
            min_child_samples: 20,
            reg_lambda: 20.0,
            feature_fraction: 0.5,
        }
    }
}

impl Default for RandomForestSettings {
    fn default() -> Self {
        Self {
            n_estimators: 100,
            max_depth: 15,
            num_leaves: 31,
            min_child_samples: 5,
            bagging_fraction: 0.632,
            is_balanced: false,
        }
    }
}

impl Default for UncertaintySettings {
    fn default() -> Self {
        Self { words: 40, min_lead: 0.1 }
    }
}

impl Settings {
    /// The defaults of a form.
    pub fn of(form: Form) -> Self {
        match form {
            Form::Levels => Self::default(),
            Form::Triggers => Self {
                form,
                text: SpaceSettings::older(),
                random_forest: RandomForestSettings {
                    n_estimators: 150,
                    max_depth: 25,
                    ..Default::default()
                },
                ..Self::default()
            },
        }
    }

    pub fn check(&self) -> Result<(), Error> {
        self.text.check()?;
        let (trees, forest) = (&self.lightgbm, &self.random_forest);
        positive("readers.cost", self.readers.cost)?;
        positive("logistic_regression.cost", self.logistic_regression.cost)?;
        positive("lightgbm.learning_rate", trees.learning_rate)?;
        share("lightgbm.feature_fraction", trees.feature_fraction, false)?;
        share("random_forest.bagging_fraction", forest.bagging_fraction, false)?;
        share("uncertainty.min_lead", self.uncertainty.min_lead, true)?;
        if !(trees.reg_lambda >= 0.0 && trees.reg_lambda.is_finite()) {
            return refuse("lightgbm.reg_lambda", trees.reg_lambda.to_string(), "0 or above");
        }
        if forest.bagging_fraction == 1.0 {
            return refuse(
                "random_forest.bagging_fraction",
                "1".to_owned(),
                "below 1, or all trees would be alike",
            );
        }
        within("readers.folds", self.readers.folds, 2, 50)?;
        within("readers.max_iterations", self.readers.max_iterations, 1, 100_000)?;
        within("logistic_regression.max_iterations", self.logistic_regression.max_iterations, 1, 100_000)?;
        for (setting, trees) in [
            ("lightgbm.n_estimators", trees.n_estimators),
            ("random_forest.n_estimators", forest.n_estimators),
        ] {
            within(setting, trees, 1, 10_000)?;
        }
        for (setting, leaves) in
            [("lightgbm.num_leaves", trees.num_leaves), ("random_forest.num_leaves", forest.num_leaves)]
        {
            within(setting, leaves, 2, 1024)?;
        }
        Ok(())
    }
}

fn positive(setting: &'static str, value: f64) -> Result<(), Error> {
    if value > 0.0 && value.is_finite() { Ok(()) } else { refuse(setting, value.to_string(), "above 0") }
}

fn share(setting: &'static str, value: f64, may_be_zero: bool) -> Result<(), Error> {
    let is_fit = value <= 1.0 && (value > 0.0 || (may_be_zero && value == 0.0));
    if is_fit { Ok(()) } else { refuse(setting, value.to_string(), "a share of 1") }
}

fn within(setting: &'static str, value: usize, min: usize, max: usize) -> Result<(), Error> {
    if (min..=max).contains(&value) {
        return Ok(());
    }
    refuse(setting, value.to_string(), "a number within sensible bounds")
}

fn refuse(setting: &'static str, value: String, allowed: &'static str) -> Result<(), Error> {
    Err(Error::Setting { setting, value, allowed })
}
