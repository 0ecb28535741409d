use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::checks::{at_least_one, not_negative};
use crate::matrix::{RatingMatrix, Row};
use crate::profile::{Profile, RatingPredictor};

/// How much of their ratings' distance from the mean is put down to a user and to an item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BiasesSettings {
    /// How often the items' offsets and then the users' are found anew, 10 by default.
    pub epochs: usize,
    /// Ratings at the mean that each user is taken to have given besides, 15 by default.
    pub user_regularization: f32,
    /// Ratings at the mean that each item is taken to have got besides, 10 by default.
    pub item_regularization: f32,
}

impl Default for BiasesSettings {
    fn default() -> Self {
        Self { epochs: 10, user_regularization: 15.0, item_regularization: 10.0 }
    }
}

/// The mean of all ratings, and by how much each user and item is off it.
#[derive(Debug, Clone, PartialEq)]
pub struct Biases {
    pub(crate) mean: f32,
    pub(crate) users: Vec<f32>,
    pub(crate) items: Vec<f32>,
    pub(crate) user_regularization: f32,
}

impl Biases {
    /// Finds by turns the best offsets of the items for those of the users, and the other way round.
    ///
    /// # Errors
    /// When a setting makes no sense.
    pub fn fit(matrix: &RatingMatrix, settings: &BiasesSettings) -> Result<Self, Error> {
        at_least_one("epochs", settings.epochs)?;
        not_negative("user_regularization", settings.user_regularization)?;
        not_negative("item_regularization", settings.item_regularization)?;
        let mut biases = Self::none(matrix, settings.user_regularization);
        let mean = biases.mean;
        for _ in 0..settings.epochs {
            let users = &biases.users;
            let item_offset =
                |item| offset(matrix.items().row(item), mean, users, settings.item_regularization);
            biases.items = (0..=matrix.item_count()).into_par_iter().map(item_offset).collect();
            let items = &biases.items;
            let user_offset =
                |user| offset(matrix.users().row(user), mean, items, settings.user_regularization);
            biases.users = (0..matrix.user_count()).into_par_iter().map(user_offset).collect();
        }
        Ok(biases)
    }

    /// The mean, with every offset 0.
    pub(crate) fn none(matrix: &RatingMatrix, user_regularization: f32) -> Self {
        Self {
            mean: matrix.mean() as f32,
            users: vec![0.0; matrix.user_count() as usize],
            items: vec![0.0; matrix.item_count() as usize + 1],
            user_regularization,
        }
    }

    /// The stars to expect; the mean where the user and the item are unknown.
    pub fn predict(&self, user: u32, item: u32) -> f32 {
        let user = self.users.get(user as usize).copied().unwrap_or_default();
        self.mean + user + self.item(item)
    }

    /// The stars to expect of somebody as generous as anybody.
    pub fn predict_item(&self, item: u32) -> f32 {
        self.mean + self.item(item)
    }

    /// By how much somebody with this profile is off the mean.
    pub fn fold_in(&self, profile: Profile<'_>) -> f32 {
        let mut sum = 0.0;
        let mut count = 0.0;
        for (item, stars) in profile.items.iter().zip(profile.stars) {
            if let Some(offset) = self.items.get(*item as usize) {
                sum += stars - self.mean - offset;
                count += 1.0;
            }
        }
        if count == 0.0 { 0.0 } else { sum / (self.user_regularization + count) }
    }

    fn item(&self, item: u32) -> f32 {
        self.items.get(item as usize).copied().unwrap_or_default()
    }
}

impl RatingPredictor for Biases {
    fn predict_for(&self, profile: Profile<'_>, item: u32) -> f32 {
        self.fold_in(profile) + self.predict_item(item)
    }
}

fn offset(row: Row<'_>, mean: f32, others: &[f32], regularization: f32) -> f32 {
    if row.is_empty() {
        return 0.0;
    }
    let mut sum = 0.0_f64;
    for (other, stars) in row.iter() {
        sum += f64::from(stars - mean - others[other as usize]);
    }
    (sum / (f64::from(regularization) + row.len() as f64)) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix() -> RatingMatrix {
        RatingMatrix::new(3, 3, [(0, 1, 5.0), (0, 2, 3.0), (1, 1, 4.0), (1, 2, 2.0)].into_iter())
    }

    #[test]
    fn offsets_are_residuals_shrunk_by_the_regularization() {
        let settings = BiasesSettings { epochs: 1, user_regularization: 1.0, item_regularization: 2.0 };
        let biases = Biases::fit(&matrix(), &settings).unwrap();
        assert_eq!(biases.mean, 3.5);
        // Items first: (1.5 + 0.5) / (2 + 2); then the users: (1.5 - 0.5 - 0.5 + 0.5) / (1 + 2).
        assert_eq!(biases.items, [0.0, 0.5, -0.5, 0.0]);
        assert!((biases.users[0] - 1.0 / 3.0).abs() < 1e-6);
        assert!((biases.predict(0, 1) - (3.5 + 0.5 + 1.0 / 3.0)).abs() < 1e-6);
    }

    #[test]
    fn unknown_users_and_items_get_the_mean() {
        let biases = Biases::fit(&matrix(), &BiasesSettings::default()).unwrap();
        assert_eq!(biases.predict(2, 3), 3.5);
        assert_eq!(biases.predict(99, 99), 3.5);
        let nobody = Profile { items: &[], stars: &[] };
        assert_eq!(biases.predict_for(nobody, 0), 3.5);
        assert_eq!(biases.predict_for(Profile { items: &[77], stars: &[1.0] }, 77), 3.5);
    }

    #[test]
    fn a_users_profile_folds_in_to_the_users_own_offset() {
        let biases = Biases::fit(&matrix(), &BiasesSettings::default()).unwrap();
        let profile = Profile { items: &[2, 1], stars: &[3.0, 5.0] };
        assert!((biases.fold_in(profile) - biases.users[0]).abs() < 1e-6);
        assert!((biases.predict_for(profile, 1) - biases.predict(0, 1)).abs() < 1e-6);
    }

    #[test]
    fn settings_that_make_no_sense_are_refused() {
        for settings in [
            BiasesSettings { epochs: 0, ..BiasesSettings::default() },
            BiasesSettings { user_regularization: -1.0, ..BiasesSettings::default() },
            BiasesSettings { item_regularization: f32::NAN, ..BiasesSettings::default() },
        ] {
            assert!(matches!(Biases::fit(&matrix(), &settings), Err(Error::Setting { .. })));
        }
    }
}
