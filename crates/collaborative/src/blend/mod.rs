//! A blend of models that predict ratings: which to trust how far is learned on ratings that they were not shown.

mod members;
mod weights;

use rand::SeedableRng as _;
use rand::seq::SliceRandom as _;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::biases::BiasesSettings;
use crate::{
    Error, Profile, RatingMatrix, RatingPredictor, ResidualKnnSettings, ResidualUserKnnSettings,
    SvdPpSettings, Watch,
};
use members::{Members, Parts};
use weights::{TypicalCounts, Weights};

/// Settings of [`Blend`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BlendSettings {
    /// What the members are measured by.
    pub biases: BiasesSettings,
    pub item_knn: ResidualKnnSettings,
    pub user_knn: ResidualUserKnnSettings,
    pub svd_pp: SvdPpSettings,
    /// The share of the ratings that the weights are learned on, 0.1 by default.
    pub held_back: f32,
    /// How strongly the weights are drawn to 0, 5 by default.
    pub regularization: f32,
    /// Of what is held back, 42 by default.
    pub seed: u64,
}

impl Default for BlendSettings {
    fn default() -> Self {
        let item_knn = ResidualKnnSettings::default();
        Self {
            biases: item_knn.biases.clone(),
            item_knn,
            user_knn: ResidualUserKnnSettings::default(),
            svd_pp: SvdPpSettings { factors: 50, epochs: 30, regularization: 0.1, ..Default::default() },
            held_back: 0.1,
            regularization: 5.0,
            seed: 42,
        }
    }
}

/// Predicts stars by what both neighbourhoods and SVD++ say, each weighted by how many ratings there are to go by.
#[derive(Debug, Clone, PartialEq)]
pub struct Blend {
    pub(crate) members: Members,
    pub(crate) weights: Weights,
}

impl Blend {
    /// Trains the members without a part of the ratings, learns on that part how far to trust them, and trains them on
    /// everything.
    ///
    /// # Errors
    /// When a setting makes no sense, there are no ratings, or the watch stopped it.
    pub fn fit(
        matrix: &RatingMatrix,
        settings: &BlendSettings,
        watch: &mut dyn Watch,
    ) -> Result<Self, Error> {
        let is_allowed = settings.held_back > 0.0 && settings.held_back < 1.0;
        if !is_allowed {
            let value = settings.held_back.to_string();
            return Err(Error::Setting { setting: "held_back", value, allowed: "between 0 and 1" });
        }
        if matrix.is_empty() {
            return Err(Error::NoRatings);
        }
        let mut parts = Parts::new(watch, 4);
        let (shown, held_back) = split(matrix, settings);
        let mut examples = Vec::new();
        if !held_back.is_empty() {
            let members = Members::fit(&shown, settings, &mut parts)?;
            let pairs: Vec<(u32, u32)> = held_back.iter().map(|(user, item, _)| (*user, *item)).collect();
            let evidence = members.evidence_of(&pairs).into_iter().zip(&held_back);
            examples
                .extend(evidence.map(|((expected, evidence), (_, _, stars))| (evidence, stars - expected)));
        }
        let weights = Weights::learn(&examples, TypicalCounts::of(matrix), settings.regularization)?;
        Ok(Self { members: Members::fit(matrix, settings, &mut parts)?, weights })
    }

    /// The stars to expect of a user of the training, not cut to the scale.
    pub fn predict(&self, user: u32, item: u32) -> f32 {
        self.predict_all(&[(user, item)])[0]
    }

    /// Predicts for every pair of user and item; much faster together than one by one.
    pub fn predict_all(&self, pairs: &[(u32, u32)]) -> Vec<f32> {
        let evidence = self.members.evidence_of(pairs);
        evidence.iter().map(|(expected, evidence)| expected + self.weights.apply(evidence)).collect()
    }
}

impl RatingPredictor for Blend {
    fn predict_for(&self, profile: Profile<'_>, item: u32) -> f32 {
        let (expected, evidence) = self.members.evidence_for(profile, item);
        expected + self.weights.apply(&evidence)
    }
}

/// What the members are shown first, and what the weights are learned on; nothing when there are but few ratings.
fn split(matrix: &RatingMatrix, settings: &BlendSettings) -> (RatingMatrix, Vec<(u32, u32, f32)>) {
    let count = (f64::from(settings.held_back) * matrix.len() as f64) as usize;
    let mut is_held_back: Vec<bool> = (0..matrix.len()).map(|place| place < count).collect();
    is_held_back.shuffle(&mut ChaCha8Rng::seed_from_u64(settings.seed));
    let those = |wanted: bool| {
        let chosen = matrix.iter().zip(&is_held_back).filter(move |(_, held_back)| **held_back == wanted);
        chosen.map(|(rating, _)| rating)
    };
    let shown: Vec<_> = those(false).collect();
    let shown = RatingMatrix::new(matrix.user_count(), matrix.item_count(), shown.iter().copied());
    (shown, those(true).collect())
}

#[cfg(test)]
mod tests;
