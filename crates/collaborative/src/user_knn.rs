use serde::{Deserialize, Serialize};

use crate::checks::at_least_one;
use crate::neighbours::keep_best;
use crate::similarity::{Comparer, Comparison, Similarity, Sums};
use crate::{Error, Profile, RatingMatrix, RatingWeight, Recommender, Row};

/// Settings of [`UserKnn`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct UserKnnSettings {
    pub similarity: Similarity,
    /// Users with fewer items in common count as not alike.
    pub minimum_support: u32,
    /// Multiplies similarities by n / (n + shrinkage), where n items are in common.
    pub shrinkage: f32,
    /// How many of the most similar users are asked.
    pub neighbours: usize,
    /// What a rating of theirs counts.
    pub weight: RatingWeight,
}

impl Default for UserKnnSettings {
    fn default() -> Self {
        Self {
            similarity: Similarity::Cosine,
            minimum_support: 1,
            shrinkage: 0.0,
            neighbours: 50,
            weight: RatingWeight::One,
        }
    }
}

impl UserKnnSettings {
    fn comparison(&self) -> Comparison {
        Comparison {
            similarity: self.similarity,
            minimum_support: self.minimum_support,
            shrinkage: self.shrinkage,
        }
    }
}

/// Recommends what the people most like somebody have rated. It compares when it is asked, and keeps the ratings.
#[derive(Debug, Clone, PartialEq)]
pub struct UserKnn {
    pub(crate) settings: UserKnnSettings,
    pub(crate) matrix: RatingMatrix,
    comparer: Comparer,
    mean: f32,
}

impl UserKnn {
    /// # Errors
    /// When a setting makes no sense.
    pub fn fit(matrix: &RatingMatrix, settings: &UserKnnSettings) -> Result<Self, Error> {
        at_least_one("neighbours", settings.neighbours)?;
        settings.comparison().check()?;
        let comparer = Comparer::new(matrix.users(), matrix.items(), settings.comparison());
        let mean = matrix.mean() as f32;
        Ok(Self { settings: settings.clone(), matrix: matrix.clone(), comparer, mean })
    }

    /// The users most like somebody, best first and of equals the smaller number. A user of the training who asks with
    /// the own profile is among them.
    pub fn nearest_users(&self, profile: Profile<'_>) -> Vec<(u32, f32)> {
        let rated = profile.items.iter().copied().zip(profile.stars.iter().copied());
        let known = 1..=self.matrix.item_count();
        let mut rated: Vec<(u32, f32)> = rated.filter(|(item, _)| known.contains(item)).collect();
        rated.sort_unstable_by_key(|(item, _)| *item);
        let (items, stars): (Vec<u32>, Vec<f32>) = rated.into_iter().unzip();
        let row = Row { indices: &items, values: &stars };
        let mut nearest = Vec::new();
        self.comparer.compare(row, self.matrix.items(), &mut Sums::default(), |user, similarity| {
            if similarity > 0.0 {
                nearest.push((user, similarity));
            }
        });
        keep_best(&mut nearest, self.settings.neighbours);
        nearest
    }
}

impl Recommender for UserKnn {
    fn item_count(&self) -> u32 {
        self.matrix.item_count()
    }

    /// The sum over the nearest users who rated an item of what the rating counts times how alike they are.
    fn score(&self, profile: Profile<'_>, scores: &mut [f32]) {
        scores.fill(f32::NEG_INFINITY);
        for (user, similarity) in self.nearest_users(profile) {
            for (item, stars) in self.matrix.users().row(user).iter() {
                let score = &mut scores[item as usize];
                let so_far = if score.is_finite() { *score } else { 0.0 };
                *score = so_far + similarity * self.settings.weight.of(stars, self.mean);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_users_recommend_what_they_rated() {
        let ratings = [(0, 1, 4.0), (0, 2, 4.0), (1, 1, 4.0), (1, 3, 2.0), (2, 4, 5.0)];
        let matrix = RatingMatrix::new(3, 5, ratings.into_iter());
        let settings = UserKnnSettings { neighbours: 2, ..UserKnnSettings::default() };
        let model = UserKnn::fit(&matrix, &settings).unwrap();
        let profile = Profile { items: &[99, 2, 1], stars: &[1.0, 4.0, 4.0] };
        let nearest = model.nearest_users(profile);
        let expected = [(0, 1.0), (1, 16.0 / (32.0_f32 * 20.0).sqrt())];
        assert_eq!(nearest.len(), 2);
        for (found, expected) in nearest.iter().zip(expected) {
            assert!(found.0 == expected.0 && (found.1 - expected.1).abs() < 1e-6);
        }
        let mut scores = vec![0.0; 6];
        model.score(profile, &mut scores);
        let nothing = f32::NEG_INFINITY;
        assert_eq!([scores[0], scores[4], scores[5]], [nothing; 3]);
        assert_eq!(
            [scores[1], scores[2], scores[3]],
            [nearest[0].1 + nearest[1].1, nearest[0].1, nearest[1].1]
        );
        model.score(Profile { items: &[], stars: &[] }, &mut scores);
        assert_eq!(scores, [nothing; 6]);
    }
}
