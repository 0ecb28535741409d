use serde::{Deserialize, Serialize};

use crate::checks::at_least_one;
use crate::neighbours::Lists;
use crate::similarity::{Comparison, Similarities, Similarity};
use crate::{Error, Profile, RatingMatrix, RatingWeight, Recommender, SimilarItems, Watch};

/// Settings of [`ItemKnn`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ItemKnnSettings {
    pub similarity: Similarity,
    /// Items with fewer raters in common count as not alike.
    pub minimum_support: u32,
    /// Multiplies similarities by n / (n + shrinkage), where n raters are in common.
    pub shrinkage: f32,
    /// How many of the items most like it are kept for each item: 8 bytes each.
    pub neighbours: usize,
    /// Divides the similarities of each item by their sum when items are recommended, so that each item of a profile
    /// has the same say.
    pub is_normalized: bool,
    /// What a rating in a profile counts.
    pub weight: RatingWeight,
}

impl Default for ItemKnnSettings {
    fn default() -> Self {
        Self {
            similarity: Similarity::Cosine,
            minimum_support: 1,
            shrinkage: 0.0,
            neighbours: 50,
            is_normalized: true,
            weight: RatingWeight::One,
        }
    }
}

impl ItemKnnSettings {
    fn comparison(&self) -> Comparison {
        Comparison {
            similarity: self.similarity,
            minimum_support: self.minimum_support,
            shrinkage: self.shrinkage,
        }
    }
}

/// Knows for each item the most similar ones, and recommends what is similar to what somebody has rated.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemKnn {
    pub(crate) similar: Lists,
    /// What each item of a profile is multiplied by.
    pub(crate) scales: Vec<f32>,
    pub(crate) weight: RatingWeight,
    pub(crate) mean: f32,
}

impl ItemKnn {
    /// # Errors
    /// When a setting makes no sense, or the watch stopped it.
    pub fn fit(
        matrix: &RatingMatrix,
        settings: &ItemKnnSettings,
        watch: &mut dyn Watch,
    ) -> Result<Self, Error> {
        at_least_one("neighbours", settings.neighbours)?;
        let comparison = settings.comparison();
        comparison.check()?;
        let similar = Similarities::of_items(matrix, comparison).nearest(settings.neighbours, watch)?;
        let scale_of = |item| {
            let sum: f32 = similar.of(item).values.iter().sum();
            if settings.is_normalized && sum > 0.0 { 1.0 / sum } else { 1.0 }
        };
        let scales = (0..=matrix.item_count()).map(scale_of).collect();
        Ok(Self { similar, scales, weight: settings.weight, mean: matrix.mean() as f32 })
    }
}

impl Recommender for ItemKnn {
    fn item_count(&self) -> u32 {
        self.scales.len() as u32 - 1
    }

    /// The sum over the profile's items of how alike they are times what their rating counts.
    fn score(&self, profile: Profile<'_>, scores: &mut [f32]) {
        scores.fill(f32::NEG_INFINITY);
        for (rated, stars) in profile.items.iter().zip(profile.stars) {
            let Some(scale) = self.scales.get(*rated as usize) else { continue };
            let weight = scale * self.weight.of(*stars, self.mean);
            for (item, similarity) in self.similar.of(*rated).iter() {
                let score = &mut scores[item as usize];
                let so_far = if score.is_finite() { *score } else { 0.0 };
                *score = so_far + weight * similarity;
            }
        }
    }
}

impl SimilarItems for ItemKnn {
    fn similar(&self, item: u32, k: usize) -> Vec<(u32, f32)> {
        self.similar.of(item).iter().take(k).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROFILE: Profile<'static> = Profile { items: &[1, 3, 50], stars: &[5.0, 1.0, 5.0] };

    /// Items 1 and 2 share two users, 2 and 3 one, and 4 has one to itself.
    fn matrix() -> RatingMatrix {
        let ratings =
            [(0, 1, 4.0), (0, 2, 4.0), (1, 1, 4.0), (1, 2, 4.0), (2, 2, 4.0), (2, 3, 4.0), (3, 4, 4.0)];
        RatingMatrix::new(4, 5, ratings.into_iter())
    }

    fn scores(settings: &ItemKnnSettings) -> Vec<f32> {
        let model = ItemKnn::fit(&matrix(), settings, &mut ()).unwrap();
        let mut scores = vec![0.0; 6];
        model.score(PROFILE, &mut scores);
        scores
    }

    #[test]
    fn what_is_like_the_profile_adds_up() {
        let (one_two, two_three) = ((2.0_f32 / 3.0).sqrt(), (1.0_f32 / 3.0).sqrt());
        let nothing = f32::NEG_INFINITY;
        let as_expected = |settings, of_item_2: f32| {
            let scores = scores(&settings);
            assert!((scores[2] - of_item_2).abs() < 1e-6, "{scores:?}");
            assert_eq!([0, 1, 3, 4, 5].map(|item| scores[item]), [nothing; 5]);
        };
        as_expected(
            ItemKnnSettings { is_normalized: false, ..ItemKnnSettings::default() },
            one_two + two_three,
        );
        as_expected(ItemKnnSettings::default(), 2.0);
        let plain = ItemKnnSettings { is_normalized: false, ..ItemKnnSettings::default() };
        let stars = ItemKnnSettings { weight: RatingWeight::Stars, ..plain.clone() };
        as_expected(stars, 5.0 * one_two + two_three);
        let off_mean = ItemKnnSettings { weight: RatingWeight::StarsLessMean, ..plain };
        as_expected(off_mean, one_two - 3.0 * two_three);
    }

    #[test]
    fn similar_items_come_best_first() {
        let model = ItemKnn::fit(&matrix(), &ItemKnnSettings::default(), &mut ()).unwrap();
        let similar: Vec<u32> = model.similar(2, 9).into_iter().map(|(item, _)| item).collect();
        assert_eq!(similar, [1, 3]);
        assert_eq!(model.similar(2, 1).len(), 1);
        assert!(
            model.similar(4, 9).is_empty()
                && model.similar(0, 9).is_empty()
                && model.similar(77, 9).is_empty()
        );
    }
}
