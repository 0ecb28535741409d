use serde::Serialize;

use crate::Error;

/// The stars that can be given.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Scale {
    lowest: f32,
    highest: f32,
}

impl Scale {
    /// Half a star to five.
    pub const MOVIELENS: Self = Self { lowest: 0.5, highest: 5.0 };

    /// # Errors
    /// When the ends are not finite numbers, the lowest first.
    pub fn new(lowest: f32, highest: f32) -> Result<Self, Error> {
        if !(lowest.is_finite() && highest.is_finite() && lowest < highest) {
            return Err(Error::setting("scale", format!("{lowest} to {highest}"), "such as 0.5 to 5"));
        }
        Ok(Self { lowest, highest })
    }

    pub fn lowest(self) -> f32 {
        self.lowest
    }

    pub fn highest(self) -> f32 {
        self.highest
    }

    /// The nearest number on the scale.
    pub fn clip(self, stars: f32) -> f32 {
        stars.clamp(self.lowest, self.highest)
    }

    pub fn contains(self, stars: f32) -> bool {
        (self.lowest..=self.highest).contains(&stars)
    }
}
