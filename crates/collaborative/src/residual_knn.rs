use serde::{Deserialize, Serialize};

use crate::biases::{Biases, BiasesSettings};
use crate::checks::{above_zero, at_least_one, not_negative};
use crate::neighbours::{Lists, keep_best_unordered};
use crate::similarity::{Comparison, Similarities, Similarity};
use crate::{Error, Profile, RatingMatrix, RatingPredictor, Watch};

/// Settings of [`ResidualKnn`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ResidualKnnSettings {
    /// What is taken from the stars before items are compared.
    pub biases: BiasesSettings,
    pub similarity: Similarity,
    /// Items with fewer raters in common count as not alike.
    pub minimum_support: u32,
    /// Multiplies similarities by n / (n + shrinkage), where n raters are in common.
    pub shrinkage: f32,
    /// At most so many of the items that somebody rated are averaged: those most like the item asked for.
    pub neighbours: usize,
    /// Similarities are raised to it before they weigh: above 1, the most alike count for more.
    pub power: f32,
    /// Added to the weights' sum, so that few and weak neighbours do not say much.
    pub weight_regularization: f32,
    /// How many of the items most like it are kept for each item: 8 bytes each.
    pub kept: usize,
}

impl Default for ResidualKnnSettings {
    fn default() -> Self {
        Self {
            biases: BiasesSettings {
                user_regularization: 5.0,
                item_regularization: 2.0,
                ..BiasesSettings::default()
            },
            similarity: Similarity::Cosine,
            minimum_support: 1,
            shrinkage: 30.0,
            neighbours: 40,
            power: 1.5,
            weight_regularization: 0.03,
            kept: 1000,
        }
    }
}

impl ResidualKnnSettings {
    fn comparison(&self) -> Comparison {
        Comparison {
            similarity: self.similarity,
            minimum_support: self.minimum_support,
            shrinkage: self.shrinkage,
        }
    }
}

/// Predicts what the biases leave unexplained by what they leave unexplained of the similar items that somebody rated.
#[derive(Debug, Clone, PartialEq)]
pub struct ResidualKnn {
    pub(crate) biases: Biases,
    pub(crate) weighting: Weighting,
    /// For each item those most like it, in no particular order.
    pub(crate) similar: Lists,
}

impl ResidualKnn {
    /// # Errors
    /// When a setting makes no sense, or the watch stopped it.
    pub fn fit(
        matrix: &RatingMatrix,
        settings: &ResidualKnnSettings,
        watch: &mut dyn Watch,
    ) -> Result<Self, Error> {
        at_least_one("kept", settings.kept)?;
        let weighting = Weighting::new(settings.neighbours, settings.power, settings.weight_regularization)?;
        let comparison = settings.comparison();
        comparison.check()?;
        let biases = Biases::fit(matrix, &settings.biases)?;
        let residuals = residuals_of(matrix, &biases);
        let similar =
            Similarities::of_items(&residuals, comparison).nearest_unordered(settings.kept, watch)?;
        Ok(Self { biases, weighting, similar })
    }
}

impl RatingPredictor for ResidualKnn {
    fn predict_for(&self, profile: Profile<'_>, item: u32) -> f32 {
        self.predict_each(profile, &[item])[0]
    }

    fn predict_each(&self, profile: Profile<'_>, items: &[u32]) -> Vec<f32> {
        let offset = self.biases.fold_in(profile);
        let mut residuals = vec![UNRATED; self.biases.items.len()];
        for (item, residual) in residuals_of_profile(profile, &self.biases) {
            residuals[item as usize] = residual;
        }
        let mut rated = Vec::new();
        let mut predict = |item: u32| {
            rated.clear();
            let similar = self.similar.of(item).iter();
            rated.extend(similar.filter(|(other, _)| !residuals[*other as usize].is_nan()));
            keep_best_unordered(&mut rated, self.weighting.neighbours);
            let nearest = rated.iter().map(|(other, similarity)| (*similarity, residuals[*other as usize]));
            self.biases.predict_item(item) + offset + self.weighting.mean(nearest)
        };
        items.iter().map(|item| predict(*item)).collect()
    }
}

const UNRATED: f32 = f32::NAN;

/// How neighbours are averaged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Weighting {
    pub(crate) neighbours: usize,
    pub(crate) power: f32,
    pub(crate) regularization: f32,
}

impl Weighting {
    pub fn new(neighbours: usize, power: f32, regularization: f32) -> Result<Self, Error> {
        at_least_one("neighbours", neighbours)?;
        above_zero("power", power)?;
        not_negative("weight_regularization", regularization)?;
        Ok(Self { neighbours, power, regularization })
    }

    /// The mean of values by their similarities, which are above 0; without any, 0.
    pub fn mean(&self, nearest: impl Iterator<Item = (f32, f32)>) -> f32 {
        let (mut sum, mut weights) = (0.0, self.regularization);
        for (similarity, value) in nearest {
            let weight = if self.power == 1.0 { similarity } else { similarity.powf(self.power) };
            sum += weight * value;
            weights += weight;
        }
        if weights > 0.0 { sum / weights } else { 0.0 }
    }
}

pub(crate) fn residuals_of(matrix: &RatingMatrix, biases: &Biases) -> RatingMatrix {
    let residuals = (0..matrix.user_count()).flat_map(|user| {
        let rated = matrix.users().row(user).iter();
        rated.map(move |(item, stars)| (user, item, stars - biases.predict(user, item)))
    });
    RatingMatrix::new(matrix.user_count(), matrix.item_count(), residuals)
}

/// The items of the profile that the model knows, in ascending order, with what the biases leave of their stars.
pub(crate) fn residuals_of_profile(profile: Profile<'_>, biases: &Biases) -> Vec<(u32, f32)> {
    let offset = biases.fold_in(profile);
    let known = profile.items.iter().zip(profile.stars);
    let known = known.filter(|(item, _)| (1..biases.items.len() as u32).contains(item));
    let mut residuals: Vec<(u32, f32)> =
        known.map(|(item, stars)| (*item, stars - offset - biases.predict_item(*item))).collect();
    residuals.sort_unstable_by_key(|(item, _)| *item);
    residuals
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::predict_users;
    use crate::similarity::Nearest;

    fn matrices() -> impl Strategy<Value = RatingMatrix> {
        prop::collection::vec((0_u32..8, 1_u32..=10, 1_u8..=10), 1..70).prop_map(|ratings| {
            let stars = |(user, item, halves): &(u32, u32, u8)| (*user, *item, f32::from(*halves) / 2.0);
            RatingMatrix::new(8, 10, ratings.iter().map(stars))
        })
    }

    proptest! {
        #[test]
        fn lists_that_are_kept_are_as_good_as_comparing_anew(matrix in matrices(), neighbours in 1_usize..6) {
            let settings = ResidualKnnSettings { neighbours, ..ResidualKnnSettings::default() };
            let model = ResidualKnn::fit(&matrix, &settings, &mut ()).unwrap();
            let residuals = residuals_of(&matrix, &model.biases);
            let similarities = Similarities::of_items(&residuals, settings.comparison());
            let pairs: Vec<(u32, u32)> = (1..=10).flat_map(|item| (0..8).map(move |user| (item, user))).collect();
            let mean = |(item, user), nearest: Nearest<'_>| {
                model.biases.predict(user, item) + model.weighting.mean(nearest.iter().copied())
            };
            let expected = similarities.answer_pairs(&pairs, neighbours, mean, &mut ()).unwrap();
            let by_user: Vec<(u32, u32)> = pairs.iter().map(|(item, user)| (*user, *item)).collect();
            for (found, expected) in predict_users(&model, &matrix, &by_user, &mut ()).unwrap().iter().zip(expected) {
                prop_assert!((found - expected).abs() < 1e-3, "{found} {expected}");
            }
        }

        #[test]
        fn the_order_of_a_profile_does_not_matter(matrix in matrices(), user in 0_u32..8) {
            let model = ResidualKnn::fit(&matrix, &ResidualKnnSettings::default(), &mut ()).unwrap();
            let rated = matrix.users().row(user);
            let newest_first = |values: &[f32]| values.iter().rev().copied().collect::<Vec<_>>();
            let items: Vec<u32> = rated.indices.iter().rev().copied().collect();
            let profile = Profile { items: &items, stars: &newest_first(rated.values) };
            let turned = Profile { items: rated.indices, stars: rated.values };
            for item in 0..12 {
                let difference = model.predict_for(turned, item) - model.predict_for(profile, item);
                prop_assert!(difference.abs() < 1e-3, "{difference}");
            }
        }
    }

    #[test]
    fn a_mean_is_drawn_to_0_by_the_regularization_and_to_the_most_alike_by_the_power() {
        let nearest = || [(0.5, 1.0), (0.25, -1.0)].into_iter();
        assert_eq!(Weighting::new(9, 1.0, 0.0).unwrap().mean(nearest()), 0.25 / 0.75);
        assert_eq!(Weighting::new(9, 1.0, 0.25).unwrap().mean(nearest()), 0.25);
        assert_eq!(Weighting::new(9, 2.0, 0.0).unwrap().mean(nearest()), 0.1875 / 0.3125);
        assert_eq!(Weighting::new(9, 1.0, 0.0).unwrap().mean(std::iter::empty()), 0.0);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let matrix = RatingMatrix::new(1, 1, [(0, 1, 3.0)].into_iter());
        for settings in [
            ResidualKnnSettings { neighbours: 0, ..ResidualKnnSettings::default() },
            ResidualKnnSettings { kept: 0, ..ResidualKnnSettings::default() },
            ResidualKnnSettings { power: 0.0, ..ResidualKnnSettings::default() },
            ResidualKnnSettings { shrinkage: -1.0, ..ResidualKnnSettings::default() },
            ResidualKnnSettings { weight_regularization: f32::NAN, ..ResidualKnnSettings::default() },
        ] {
            let refused = ResidualKnn::fit(&matrix, &settings, &mut ());
            assert!(matches!(refused, Err(Error::Setting { .. })));
        }
    }
}
