use serde::{Deserialize, Serialize};

/// What a rating counts where a model asks only what somebody has seen or liked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RatingWeight {
    /// Every rating counts 1, whatever its stars.
    One,
    Stars,
    /// Stars less the mean of all ratings, so that what somebody disliked counts against what is like it.
    StarsLessMean,
}

impl RatingWeight {
    pub(crate) fn of(self, stars: f32, mean: f32) -> f32 {
        match self {
            Self::One => 1.0,
            Self::Stars => stars,
            Self::StarsLessMean => stars - mean,
        }
    }
}
