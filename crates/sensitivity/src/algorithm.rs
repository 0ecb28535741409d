use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Error;

/// What judges a film.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Algorithm {
    /// Gradient-boosted trees beside a linear judge.
    #[default]
    #[serde(rename = "lightgbm")]
    LightGbm,
    #[serde(rename = "random_forest")]
    RandomForest,
    #[serde(rename = "logistic_regression")]
    LogisticRegression,
}

impl Algorithm {
    pub const ALL: [Self; 3] = [Self::LightGbm, Self::RandomForest, Self::LogisticRegression];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::LightGbm => "lightgbm",
            Self::RandomForest => "random_forest",
            Self::LogisticRegression => "logistic_regression",
        }
    }
}

impl FromStr for Algorithm {
    type Err = Error;

    fn from_str(raw: &str) -> Result<Self, Error> {
        Self::ALL.into_iter().find(|algorithm| algorithm.as_str() == raw).ok_or_else(|| Error::Setting {
            setting: "algorithm",
            value: raw.to_owned(),
            allowed: "lightgbm, random_forest or logistic_regression",
        })
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
