use rand::SeedableRng as _;
use rand::seq::SliceRandom as _;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::checks::at_least_one;
use crate::similarity::{Comparison, Nearest, Similarities, Similarity};
use crate::{Error, RatingMatrix, Watch};

/// Settings of [`KnnBasic`]; the defaults are those of scikit-surprise, item based.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct KnnBasicSettings {
    /// Compares users instead of items.
    pub user_based: bool,
    pub similarity: Similarity,
    /// Pairs with fewer ratings in common count as not alike.
    pub minimum_support: u32,
    /// At most so many neighbours are averaged.
    pub neighbours: usize,
    /// With fewer neighbours than this the prediction is the mean of all ratings.
    pub minimum_neighbours: usize,
}

impl Default for KnnBasicSettings {
    fn default() -> Self {
        Self {
            user_based: false,
            similarity: Similarity::CoRatedCosine,
            minimum_support: 1,
            neighbours: 40,
            minimum_neighbours: 1,
        }
    }
}

/// The mean of the stars that somebody gave to the most similar items, weighted by similarity: KNNBasic of
/// scikit-surprise, to compare with. It compares items when it is asked, and keeps nothing but the ratings.
#[derive(Debug)]
pub struct KnnBasic {
    /// With users and items in an order drawn by lot.
    matrix: RatingMatrix,
    users: Vec<u32>,
    items: Vec<u32>,
    settings: KnnBasicSettings,
    mean: f32,
}

impl KnnBasic {
    /// # Errors
    /// When a setting makes no sense.
    pub fn new(matrix: &RatingMatrix, settings: &KnnBasicSettings) -> Result<Self, Error> {
        at_least_one("neighbours", settings.neighbours)?;
        // Items that share one rater have a cosine of exactly 1. Of so many equals the smaller numbers are taken, which
        // would be the older films; scikit-surprise takes those that its folds happen to have shuffled to the front.
        let mut random = ChaCha8Rng::seed_from_u64(0);
        let mut users: Vec<u32> = (0..matrix.user_count()).collect();
        users.shuffle(&mut random);
        let mut items: Vec<u32> = (0..=matrix.item_count()).collect();
        items[1..].shuffle(&mut random);
        let ratings = (0..matrix.user_count()).flat_map(|user| {
            let rated = matrix.users().row(user).iter();
            let (users, items) = (&users, &items);
            rated.map(move |(item, stars)| (users[user as usize], items[item as usize], stars))
        });
        let shuffled = RatingMatrix::new(matrix.user_count(), matrix.item_count(), ratings);
        Ok(Self { matrix: shuffled, users, items, settings: settings.clone(), mean: matrix.mean() as f32 })
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
        let comparison = Comparison {
            similarity: self.settings.similarity,
            minimum_support: self.settings.minimum_support,
            shrinkage: 0.0,
        };
        let similarities = if self.settings.user_based {
            Similarities::of_users(&self.matrix, comparison)
        } else {
            Similarities::of_items(&self.matrix, comparison)
        };
        let row_and_column = |(user, item): (u32, u32)| {
            let user = self.users.get(user as usize).copied().unwrap_or(u32::MAX);
            let item = self.items.get(item as usize).copied().unwrap_or(u32::MAX);
            if self.settings.user_based { (user, item) } else { (item, user) }
        };
        let pairs: Vec<(u32, u32)> = pairs.iter().copied().map(row_and_column).collect();
        let mean = |_, nearest: Nearest<'_>| self.mean_of(nearest);
        similarities.answer_pairs(&pairs, self.settings.neighbours, mean, watch)
    }

    fn mean_of(&self, nearest: Nearest<'_>) -> f32 {
        if nearest.len() < self.settings.minimum_neighbours.max(1) {
            return self.mean;
        }
        let sum: f32 = nearest.iter().map(|(similarity, stars)| similarity * stars).sum();
        let weights: f32 = nearest.iter().map(|(similarity, _)| similarity).sum();
        sum / weights
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of item 3 user 0 has said nothing; the users 1 and 2 rated it together with items 1 and 2.
    fn matrix() -> RatingMatrix {
        let ratings =
            [(0, 1, 5.0), (0, 2, 1.0), (1, 1, 4.0), (1, 2, 2.0), (1, 3, 4.0), (2, 1, 3.0), (2, 3, 1.0)];
        RatingMatrix::new(3, 4, ratings.into_iter())
    }

    #[test]
    fn predictions_are_means_weighted_by_similarity() {
        let matrix = matrix();
        let model = KnnBasic::new(&matrix, &KnnBasicSettings::default()).unwrap();
        let with_item_1 = (4.0 * 4.0 + 3.0) / (25.0_f32 * 17.0).sqrt();
        let expected = (with_item_1 * 5.0 + 1.0) / (with_item_1 + 1.0);
        assert!((model.predict(0, 3) - expected).abs() < 1e-5);
        let nearest =
            KnnBasic::new(&matrix, &KnnBasicSettings { neighbours: 1, ..Default::default() }).unwrap();
        assert_eq!(nearest.predict(0, 3), 1.0);
        let of_users = KnnBasicSettings { user_based: true, ..Default::default() };
        let with_user_1 = 22.0 / (26.0_f32 * 20.0).sqrt();
        let expected = (with_user_1 * 4.0 + 1.0) / (with_user_1 + 1.0);
        assert!((KnnBasic::new(&matrix, &of_users).unwrap().predict(0, 3) - expected).abs() < 1e-5);
    }

    #[test]
    fn without_enough_neighbours_the_mean_is_predicted() {
        let matrix = matrix();
        let mean = matrix.mean() as f32;
        let model = KnnBasic::new(&matrix, &KnnBasicSettings::default()).unwrap();
        assert_eq!(model.predict_all(&[(0, 4), (9, 1), (0, 99)], &mut ()).unwrap(), [mean; 3]);
        let settings = KnnBasicSettings { minimum_neighbours: 3, ..Default::default() };
        assert_eq!(KnnBasic::new(&matrix, &settings).unwrap().predict(0, 3), mean);
    }
}
