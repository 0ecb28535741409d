use serde::{Deserialize, Serialize};

use crate::biases::{Biases, BiasesSettings};
use crate::residual_knn::{Weighting, residuals_of, residuals_of_profile};
use crate::similarity::{Comparer, Comparison, Nearest, Scratch, Similarities, Similarity};
use crate::{Error, Profile, RatingMatrix, RatingPredictor, Row, Watch};

/// Settings of [`ResidualUserKnn`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ResidualUserKnnSettings {
    /// What is taken from the stars before users are compared.
    pub biases: BiasesSettings,
    pub similarity: Similarity,
    /// Users with fewer items in common count as not alike.
    pub minimum_support: u32,
    /// Multiplies similarities by n / (n + shrinkage), where n items are in common.
    pub shrinkage: f32,
    /// At most so many of the users who rated an item are averaged: those most like the user asked for.
    pub neighbours: usize,
    /// Similarities are raised to it before they weigh: above 1, the most alike count for more.
    pub power: f32,
    /// Added to the weights' sum, so that few and weak neighbours do not say much.
    pub weight_regularization: f32,
}

impl Default for ResidualUserKnnSettings {
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
            neighbours: 60,
            power: 1.0,
            weight_regularization: 0.1,
        }
    }
}

impl ResidualUserKnnSettings {
    fn comparison(&self) -> Comparison {
        Comparison {
            similarity: self.similarity,
            minimum_support: self.minimum_support,
            shrinkage: self.shrinkage,
        }
    }
}

/// Predicts what the biases leave unexplained by what they leave unexplained of the same item for similar users. It
/// compares when it is asked, and keeps the ratings.
#[derive(Debug, Clone, PartialEq)]
pub struct ResidualUserKnn {
    pub(crate) biases: Biases,
    pub(crate) comparison: Comparison,
    pub(crate) weighting: Weighting,
    pub(crate) residuals: RatingMatrix,
    comparer: Comparer,
}

impl ResidualUserKnn {
    /// # Errors
    /// When a setting makes no sense.
    pub fn fit(matrix: &RatingMatrix, settings: &ResidualUserKnnSettings) -> Result<Self, Error> {
        let weighting = Weighting::new(settings.neighbours, settings.power, settings.weight_regularization)?;
        let comparison = settings.comparison();
        comparison.check()?;
        let biases = Biases::fit(matrix, &settings.biases)?;
        let residuals = residuals_of(matrix, &biases);
        let comparer = Comparer::new(residuals.users(), residuals.items(), comparison);
        Ok(Self { biases, comparison, weighting, residuals, comparer })
    }

    /// The stars to expect of a user of the training.
    pub fn predict(&self, user: u32, item: u32) -> f32 {
        self.predict_all(&[(user, item)], &mut ()).expect("nobody watches, and so nobody stops it")[0]
    }

    /// Predicts for every pair of user and item; much faster together than one by one.
    ///
    /// # Errors
    /// When the watch stops it.
    pub fn predict_all(&self, pairs: &[(u32, u32)], watch: &mut dyn Watch) -> Result<Vec<f32>, Error> {
        let similarities = Similarities::of_users(&self.residuals, self.comparison);
        let mean = |(user, item), nearest: Nearest<'_>| {
            self.biases.predict(user, item) + self.weighting.mean(nearest.iter().copied())
        };
        similarities.answer_pairs(pairs, self.weighting.neighbours, mean, watch)
    }
}

impl RatingPredictor for ResidualUserKnn {
    fn predict_for(&self, profile: Profile<'_>, item: u32) -> f32 {
        let expected = self.biases.fold_in(profile) + self.biases.predict_item(item);
        if item > self.residuals.item_count() {
            return expected;
        }
        let (items, residuals): (Vec<u32>, Vec<f32>) =
            residuals_of_profile(profile, &self.biases).into_iter().unzip();
        let row = Row { indices: &items, values: &residuals };
        let columns = self.residuals.items();
        let mut scratch = Scratch::default();
        scratch.compare(&self.comparer, row, columns, self.residuals.users().len());
        let nearest = scratch.nearest_in(columns.row(item), self.weighting.neighbours);
        expected + self.weighting.mean(nearest.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix() -> RatingMatrix {
        let ratings = (0..20_u32).flat_map(|user| {
            (0..6_u32).map(move |place| {
                let item = 1 + (user * 5 + place * place) % 15;
                (user, item, ((user % 3 + item % 4) % 5 + 1) as f32)
            })
        });
        RatingMatrix::new(20, 15, ratings)
    }

    #[test]
    fn pairs_together_are_predicted_as_one_by_one_and_unknown_ones_by_the_biases() {
        let model = ResidualUserKnn::fit(&matrix(), &ResidualUserKnnSettings::default()).unwrap();
        let pairs: Vec<(u32, u32)> = (0..22).flat_map(|user| (0..18).map(move |item| (user, item))).collect();
        for ((user, item), predicted) in pairs.iter().zip(model.predict_all(&pairs, &mut ()).unwrap()) {
            assert_eq!(predicted, model.predict(*user, *item));
            if *user >= 20 || *item > 15 {
                assert_eq!(predicted, model.biases.predict(*user, *item));
            }
        }
        assert!(model.predict_all(&[], &mut ()).unwrap().is_empty());
        let stopped = model.predict_all(&pairs, &mut |_, _, _| false);
        assert!(matches!(stopped, Err(Error::Interrupted)));
    }

    #[test]
    fn a_profile_is_compared_with_everybody() {
        let matrix = matrix();
        let model = ResidualUserKnn::fit(&matrix, &ResidualUserKnnSettings::default()).unwrap();
        let rated = matrix.users().row(7);
        let profile = Profile { items: rated.indices, stars: rated.values };
        for item in (1..=15).filter(|item| !rated.indices.contains(item)) {
            assert!((model.predict_for(profile, item) - model.predict(7, item)).abs() < 1e-4);
        }
        let with_unknown = Profile { items: &[99], stars: &[1.0] };
        assert_eq!(model.predict_for(with_unknown, 3), model.biases.predict_item(3));
        assert_eq!(model.predict_for(profile, 99), model.biases.fold_in(profile) + model.biases.mean);
    }
}
