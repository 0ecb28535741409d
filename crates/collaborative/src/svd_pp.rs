use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::biased_factors::BiasedFactors;
use crate::factors::Factors;
use crate::matrix::RatingMatrix;
use crate::profile::{Profile, RatingPredictor, SimilarItems};
use crate::progress::Watch;
use crate::shuffled::Shuffled;
use crate::svd::SvdSettings;
use crate::vectors::{add_scaled, dot, shrink_and_add, with_wide_registers};

/// How SVD++ learns, rating by rating.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SvdPpSettings {
    /// Numbers in the vector of each user and the two of each item, 20 by default.
    pub factors: usize,
    /// How often every rating is gone through, 20 by default.
    pub epochs: usize,
    /// The part of each error that is put right at once, 0.007 by default.
    pub learning_rate: f32,
    /// How strongly offsets and vectors are drawn back to 0 at each rating, 0.02 by default.
    pub regularization: f32,
    /// How far the numbers of the vectors spread at the beginning, 0.1 by default.
    pub initial_deviation: f32,
    /// Of the random beginning, 42 by default.
    pub seed: u64,
}

impl Default for SvdPpSettings {
    fn default() -> Self {
        Self {
            factors: 20,
            epochs: 20,
            learning_rate: 0.007,
            regularization: 0.02,
            initial_deviation: 0.1,
            seed: 42,
        }
    }
}

/// Biased matrix factorisation that also learns from which items somebody has rated at all: each has a second vector,
/// and the user's is the sum of those, divided by the root of their number, and of one of the user's own.
///
/// Memory: 4 bytes for each factor of each user, and twice as much of each item.
#[derive(Debug, Clone, PartialEq)]
pub struct SvdPp {
    /// The vectors of the users are whole: those of the rated items are in them.
    pub(crate) model: BiasedFactors,
    pub(crate) rated: Factors,
}

impl SvdPp {
    /// Trains on one thread. The loss is the mean squared error of the ratings as they were gone through.
    ///
    /// # Errors
    /// When a setting makes no sense, there are no ratings, the watch stops the training, or it diverges.
    pub fn fit(
        matrix: &RatingMatrix,
        settings: &SvdPpSettings,
        watch: &mut dyn Watch,
    ) -> Result<Self, Error> {
        let shared = settings.without_rated();
        shared.check()?;
        if matrix.is_empty() {
            return Err(Error::NoRatings);
        }
        let mut random = ChaCha8Rng::seed_from_u64(settings.seed);
        let model = shared.beginning(matrix, &mut random);
        let rated =
            Factors::random(matrix.items(), settings.factors, settings.initial_deviation, &mut random);
        let ratings = Shuffled::new(matrix.users(), &mut random);
        let mut trained = Self { model, rated };
        for epoch in 1..=settings.epochs {
            let squares = with_wide_registers(|| trained.learn(&ratings, settings));
            let loss = squares / matrix.len() as f64;
            if !loss.is_finite() {
                return Err(Error::Diverged { epoch });
            }
            if !watch.step(epoch, settings.epochs, Some(loss)) {
                return Err(Error::Interrupted);
            }
        }
        trained.complete_users(matrix);
        Ok(trained)
    }

    /// The stars to expect, not cut to the scale; of an unknown user or item, what the offsets say.
    pub fn predict(&self, user: u32, item: u32) -> f32 {
        self.model.predict(user, item)
    }

    /// Predicts many ratings of one person: the profile is looked at once.
    pub fn predictor(&self, profile: Profile<'_>) -> impl Fn(u32) -> f32 + '_ {
        let place = self.model.fold_in(profile, sum_of_rated(&self.rated, profile.items.iter().copied()));
        move |item| self.model.predict_at(&place, item)
    }

    /// Goes through all ratings once and returns the sum of squared errors.
    #[inline(always)]
    fn learn(&mut self, ratings: &Shuffled, settings: &SvdPpSettings) -> f64 {
        let mut squares = 0.0;
        for (user, ratings) in (0..).zip(ratings.users()) {
            if !ratings.is_empty() {
                squares += self.learn_user(user, ratings, settings);
            }
        }
        squares
    }

    /// At each rating every second vector of the user's items is shrunk alike and moved alike. So it is enough to keep
    /// their sum up, and to do all shrinking and moving at the end.
    #[inline(always)]
    fn learn_user(&mut self, user: u32, ratings: &[(u32, f32)], settings: &SvdPpSettings) -> f64 {
        let rate = settings.learning_rate;
        let keep = 1.0 - rate * settings.regularization;
        let root = (ratings.len() as f32).sqrt();
        let Self { model: BiasedFactors { biases, users, items, .. }, rated } = self;
        let own = users.row_mut(user);
        let offset = &mut biases.users[user as usize];
        let mut sum = sum_of_rated(rated, ratings.iter().map(|(item, _)| *item));
        let mut whole = vec![0.0; sum.len()];
        let mut moved = vec![0.0; sum.len()];
        let mut squares = 0.0;
        for (item, stars) in ratings.iter().copied() {
            let vector = items.row_mut(item);
            let item_offset = &mut biases.items[item as usize];
            for (whole, (own, sum)) in whole.iter_mut().zip(own.iter().zip(&sum)) {
                *whole = own + sum;
            }
            let error = stars - (biases.mean + *offset + *item_offset + dot(&whole, vector));
            squares += f64::from(error * error);
            *offset = keep * *offset + rate * error;
            *item_offset = keep * *item_offset + rate * error;
            shrink_and_add(own, keep, rate * error, vector);
            shrink_and_add(&mut sum, keep, rate * error, vector);
            shrink_and_add(&mut moved, keep, rate * error / root, vector);
            shrink_and_add(vector, keep, rate * error, &whole);
        }
        let kept = keep.powi(ratings.len() as i32);
        for (item, _) in ratings {
            shrink_and_add(rated.row_mut(*item), kept, 1.0, &moved);
        }
        squares
    }

    fn complete_users(&mut self, matrix: &RatingMatrix) {
        for (user, row) in (0..).zip(matrix.users().iter()) {
            add_scaled(
                self.model.users.row_mut(user),
                1.0,
                &sum_of_rated(&self.rated, row.indices.iter().copied()),
            );
        }
    }
}

impl SvdPpSettings {
    fn without_rated(&self) -> SvdSettings {
        SvdSettings {
            factors: self.factors,
            epochs: self.epochs,
            learning_rate: self.learning_rate,
            regularization: self.regularization,
            initial_deviation: self.initial_deviation,
            seed: self.seed,
        }
    }
}

impl RatingPredictor for SvdPp {
    fn predict_for(&self, profile: Profile<'_>, item: u32) -> f32 {
        self.predictor(profile)(item)
    }

    fn predict_each(&self, profile: Profile<'_>, items: &[u32]) -> Vec<f32> {
        items.iter().copied().map(self.predictor(profile)).collect()
    }
}

impl SimilarItems for SvdPp {
    fn similar(&self, item: u32, k: usize) -> Vec<(u32, f32)> {
        self.model.items.similar(item, k)
    }
}

/// The sum of the second vectors of items, divided by the root of their number.
fn sum_of_rated(rated: &Factors, items: impl Iterator<Item = u32>) -> Vec<f32> {
    let mut sum = vec![0.0; rated.width];
    let mut count = 0.0_f32;
    for vector in items.filter_map(|item| rated.get(item)) {
        add_scaled(&mut sum, 1.0, vector);
        count += 1.0;
    }
    let root = count.max(1.0).sqrt();
    sum.iter_mut().for_each(|value| *value /= root);
    sum
}
