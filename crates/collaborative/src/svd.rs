use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::biased_factors::{BiasedFactors, Penalties, Penalty};
use crate::biases::Biases;
use crate::checks::{above_zero, at_least_one, not_negative, width};
use crate::factors::Factors;
use crate::matrix::RatingMatrix;
use crate::profile::{Profile, RatingPredictor, Recommender, SimilarItems};
use crate::progress::Watch;
use crate::shuffled::Shuffled;
use crate::vectors::{dot, shrink_and_exchange, with_wide_registers};

/// How offsets and vectors are learned rating by rating.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SvdSettings {
    /// Numbers in the vector of each user and item, 100 by default.
    pub factors: usize,
    /// How often every rating is gone through, 20 by default.
    pub epochs: usize,
    /// The part of each error that is put right at once, 0.005 by default.
    pub learning_rate: f32,
    /// How strongly offsets and vectors are drawn back to 0 at each rating, 0.02 by default.
    pub regularization: f32,
    /// How far the numbers of the vectors spread at the beginning, 0.1 by default.
    pub initial_deviation: f32,
    /// Of the random beginning, 42 by default.
    pub seed: u64,
}

impl Default for SvdSettings {
    fn default() -> Self {
        Self {
            factors: 100,
            epochs: 20,
            learning_rate: 0.005,
            regularization: 0.02,
            initial_deviation: 0.1,
            seed: 42,
        }
    }
}

/// Biased matrix factorisation by stochastic gradient descent, user after user.
///
/// Memory: 4 bytes for each factor of each user and item.
#[derive(Debug, Clone, PartialEq)]
pub struct Svd {
    pub(crate) model: BiasedFactors,
}

impl Svd {
    /// Trains on one thread. The loss is the mean squared error of the ratings as they were gone through.
    ///
    /// # Errors
    /// When a setting makes no sense, there are no ratings, the watch stops the training, or it diverges.
    pub fn fit(matrix: &RatingMatrix, settings: &SvdSettings, watch: &mut dyn Watch) -> Result<Self, Error> {
        settings.check()?;
        if matrix.is_empty() {
            return Err(Error::NoRatings);
        }
        let mut random = ChaCha8Rng::seed_from_u64(settings.seed);
        let mut model = settings.beginning(matrix, &mut random);
        let ratings = Shuffled::new(matrix.users(), &mut random);
        for epoch in 1..=settings.epochs {
            let squares = with_wide_registers(|| learn(&mut model, &ratings, settings));
            let loss = squares / matrix.len() as f64;
            if !loss.is_finite() {
                return Err(Error::Diverged { epoch });
            }
            if !watch.step(epoch, settings.epochs, Some(loss)) {
                return Err(Error::Interrupted);
            }
        }
        Ok(Self { model })
    }

    /// The stars to expect, not cut to the scale; of an unknown user or item, what the offsets say.
    pub fn predict(&self, user: u32, item: u32) -> f32 {
        self.model.predict(user, item)
    }

    /// Predicts many ratings of one person: the profile is looked at once.
    pub fn predictor(&self, profile: Profile<'_>) -> impl Fn(u32) -> f32 + '_ {
        let place = self.model.fold_in(profile, vec![0.0; self.model.items.width]);
        move |item| self.model.predict_at(&place, item)
    }
}

impl SvdSettings {
    pub(crate) fn check(&self) -> Result<(), Error> {
        width("factors", self.factors)?;
        at_least_one("epochs", self.epochs)?;
        above_zero("learning_rate", self.learning_rate)?;
        not_negative("regularization", self.regularization)?;
        not_negative("initial_deviation", self.initial_deviation)
    }

    pub(crate) fn beginning(&self, matrix: &RatingMatrix, random: &mut ChaCha8Rng) -> BiasedFactors {
        let penalty = self.penalty();
        BiasedFactors {
            biases: Biases::none(matrix, penalty.constant),
            users: Factors::random(matrix.users(), self.factors, self.initial_deviation, random),
            items: Factors::random(matrix.items(), self.factors, self.initial_deviation, random),
            penalties: Penalties { offset: penalty, factors: penalty },
        }
    }

    /// Descending for a while and no longer holds back as much as a penalty of 1 by the way gone at full slope.
    fn penalty(&self) -> Penalty {
        let way = self.learning_rate * self.epochs as f32;
        Penalty { constant: 1.0 / way, scale: self.regularization, exponent: 1.0 }
    }
}

/// Goes through all ratings once and returns the sum of squared errors.
#[inline(always)]
fn learn(model: &mut BiasedFactors, ratings: &Shuffled, settings: &SvdSettings) -> f64 {
    let rate = settings.learning_rate;
    let keep = 1.0 - rate * settings.regularization;
    let BiasedFactors { biases, users, items, .. } = model;
    let mut squares = 0.0;
    for (user, ratings) in (0..).zip(ratings.users()) {
        let vector = users.row_mut(user);
        let offset = &mut biases.users[user as usize];
        for (item, stars) in ratings.iter().copied() {
            let item_vector = items.row_mut(item);
            let item_offset = &mut biases.items[item as usize];
            let error = stars - (biases.mean + *offset + *item_offset + dot(vector, item_vector));
            squares += f64::from(error * error);
            *offset = keep * *offset + rate * error;
            *item_offset = keep * *item_offset + rate * error;
            shrink_and_exchange(vector, item_vector, keep, rate * error);
        }
    }
    squares
}

impl RatingPredictor for Svd {
    fn predict_for(&self, profile: Profile<'_>, item: u32) -> f32 {
        self.predictor(profile)(item)
    }

    fn predict_each(&self, profile: Profile<'_>, items: &[u32]) -> Vec<f32> {
        items.iter().copied().map(self.predictor(profile)).collect()
    }
}

impl Recommender for Svd {
    fn item_count(&self) -> u32 {
        self.model.items.len() as u32 - 1
    }

    fn score(&self, profile: Profile<'_>, scores: &mut [f32]) {
        let place = self.model.fold_in(profile, vec![0.0; self.model.items.width]);
        self.model.score(&place, scores);
    }
}

impl SimilarItems for Svd {
    fn similar(&self, item: u32, k: usize) -> Vec<(u32, f32)> {
        self.model.items.similar(item, k)
    }
}
