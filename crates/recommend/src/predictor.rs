use std::fmt;

use serde::Serialize;

/// A way to predict stars, by the name that answers give it. The most accurate comes first, and stands before the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Predictor {
    Blend,
    Knn,
    Svd,
}

impl Predictor {
    pub const NAMES: [&'static str; 3] = [Self::Blend.name(), Self::Knn.name(), Self::Svd.name()];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Blend => "blend",
            Self::Knn => "knn",
            Self::Svd => "svd",
        }
    }
}

impl fmt::Display for Predictor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
