use std::collections::BTreeMap;

use crate::Error;
use crate::rating::Scale;

/// Sums up how far predictions are from the truth. Keeps one entry for each user.
#[derive(Debug, Clone, PartialEq)]
pub struct RatingErrors {
    scale: Scale,
    users: BTreeMap<u32, ErrorSums>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct ErrorSums {
    pub ratings: u64,
    pub squared: f64,
    pub absolute: f64,
}

impl RatingErrors {
    pub fn new(scale: Scale) -> Self {
        Self { scale, users: BTreeMap::new() }
    }

    /// Compares the stars that a user gave with a prediction, which is clipped to the scale first.
    ///
    /// # Errors
    /// When one of them is not a finite number, or the truth is not on the scale.
    pub fn add(&mut self, user: u32, prediction: f32, truth: f32) -> Result<(), Error> {
        if !(prediction.is_finite() && truth.is_finite()) {
            return Err(Error::NotFinite { user, prediction, truth });
        }
        if !self.scale.contains(truth) {
            let (lowest, highest) = (self.scale.lowest(), self.scale.highest());
            return Err(Error::OffScale { user, truth, lowest, highest });
        }
        let error = f64::from(self.scale.clip(prediction)) - f64::from(truth);
        let sums = ErrorSums { ratings: 1, squared: error * error, absolute: error.abs() };
        self.users.entry(user).or_default().add(sums);
        Ok(())
    }

    pub fn count(&self) -> u64 {
        self.users.values().map(|sums| sums.ratings).sum()
    }

    /// The root of the mean squared error; none without ratings.
    pub fn rmse(&self) -> Option<f64> {
        self.total().rmse()
    }

    /// The mean absolute error; none without ratings.
    pub fn mae(&self) -> Option<f64> {
        self.total().mae()
    }

    pub(super) fn scale(&self) -> Scale {
        self.scale
    }

    /// By user, in ascending order.
    pub(super) fn users(&self) -> &BTreeMap<u32, ErrorSums> {
        &self.users
    }

    pub(super) fn is_about_the_ratings_of(&self, other: &Self) -> bool {
        let counts = |errors: &Self| -> Vec<(u32, u64)> {
            errors.users.iter().map(|(user, sums)| (*user, sums.ratings)).collect()
        };
        self.scale == other.scale && counts(self) == counts(other)
    }

    fn total(&self) -> ErrorSums {
        let mut total = ErrorSums::default();
        self.users.values().for_each(|sums| total.add(*sums));
        total
    }
}

impl ErrorSums {
    pub(super) fn add(&mut self, other: Self) {
        self.ratings += other.ratings;
        self.squared += other.squared;
        self.absolute += other.absolute;
    }

    fn rmse(self) -> Option<f64> {
        (self.ratings > 0).then(|| (self.squared / self.ratings as f64).sqrt())
    }

    fn mae(self) -> Option<f64> {
        (self.ratings > 0).then(|| self.absolute / self.ratings as f64)
    }
}
