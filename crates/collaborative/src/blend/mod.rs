//! A blend of models that predict ratings: which to trust how far is learned on ratings that they were not shown.

mod members;
mod weights;

use rand::SeedableRng as _;
use rand::seq::SliceRandom as _;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::biases::BiasesSettings;
use crate::{
    AlsSettings, Error, Profile, RatingMatrix, RatingPredictor, ResidualKnnSettings, Row, SvdPpSettings,
    Watch,
};
use members::{LONG, Parts};
use weights::{Evidence, weights_of};

pub(crate) use members::Members;
pub(crate) use weights::{TypicalCounts, Weights};

pub(crate) const WEIGHTS: usize = weights_of(LONG);

/// Settings of [`Blend`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BlendSettings {
    /// What the members are measured by.
    pub biases: BiasesSettings,
    pub item_knn: ResidualKnnSettings,
    pub als: AlsSettings,
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
            als: AlsSettings::default(),
            svd_pp: SvdPpSettings { factors: 50, epochs: 30, regularization: 0.1, ..Default::default() },
            held_back: 0.1,
            regularization: 5.0,
            seed: 42,
        }
    }
}

/// Predicts stars by what item neighbours, alternating least squares and SVD++ say, each weighted by how many ratings there
/// are to go by. It knows people by their profiles alone, and learns its weights so.
///
/// Memory: that of its members, of which the neighbours' lists are the largest.
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
        let mut parts = Parts::new(watch, 2 * LONG);
        let (shown, held_back) = split(matrix, settings);
        let mut examples = Vec::new();
        if !held_back.is_empty() {
            let members = Members::fit(&shown, settings, &mut parts)?;
            let by_user: Vec<&[(u32, u32, f32)]> =
                held_back.chunk_by(|(user, ..), (next, ..)| user == next).collect();
            let examples_of = |ratings: &&[(u32, u32, f32)]| examples_of(&members, &shown, ratings);
            examples = by_user.par_iter().flat_map_iter(examples_of).collect();
        }
        let weights = Weights::learn(&examples, TypicalCounts::of(matrix), settings.regularization)?;
        Ok(Self { members: Members::fit(matrix, settings, &mut parts)?, weights })
    }
}

impl RatingPredictor for Blend {
    fn predict_for(&self, profile: Profile<'_>, item: u32) -> f32 {
        self.predict_each(profile, &[item])[0]
    }

    fn predict_each(&self, profile: Profile<'_>, items: &[u32]) -> Vec<f32> {
        let evidence = self.members.evidence(profile, items);
        evidence.iter().map(|(expected, evidence)| expected + self.weights.apply(evidence)).collect()
    }
}

/// What members say of the ratings of one user that were held back from them, and what the offsets leave of the stars.
fn examples_of(
    members: &Members,
    shown: &RatingMatrix,
    ratings: &[(u32, u32, f32)],
) -> Vec<(Evidence<3>, f32)> {
    let items: Vec<u32> = ratings.iter().map(|(_, item, _)| *item).collect();
    let Row { indices, values } = shown.users().row(ratings[0].0);
    let evidence = members.evidence(Profile { items: indices, stars: values }, &items);
    let with_stars = evidence.into_iter().zip(ratings);
    with_stars.map(|((expected, evidence), (_, _, stars))| (evidence, stars - expected)).collect()
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
