mod inverse;
mod weights;

use serde::{Deserialize, Serialize};

use crate::checks::{above_zero, at_least_one};
use crate::{Error, Profile, RatingMatrix, RatingWeight, Recommender, Watch};
use inverse::SymmetricTiles;
pub(crate) use weights::Weights;

/// Rows and columns of a tile: three of them fit in a core's own cache.
const TILE: usize = 128;
const SMALLEST_PART: f64 = 1e-9;

/// Settings of [`Ease`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EaseSettings {
    /// Keeps the weights small; the more ratings there are, the larger it should be.
    pub regularization: f32,
    /// What a rating counts, in the training and in a profile.
    pub weight: RatingWeight,
    /// Only the most rated items take part; the memory grows with their square.
    pub max_items: usize,
    /// Of each item only so many of the weights by which others speak for it are kept, the largest; all when absent.
    pub keep: Option<usize>,
}

impl Default for EaseSettings {
    fn default() -> Self {
        Self { regularization: 200.0, weight: RatingWeight::One, max_items: 10_000, keep: None }
    }
}

/// The matrix of weights between items that best predicts from what somebody has rated the very same ratings, where no
/// item may speak for itself (Steck 2019). It is found in one step, by an inverse.
///
/// With n items the training takes n³ steps and 4 n² bytes, and 4 n² bytes more for the weights where all are kept: 800 MB for
/// 10,000 items.
#[derive(Debug, Clone, PartialEq)]
pub struct Ease {
    pub(crate) item_count: u32,
    pub(crate) weight: RatingWeight,
    pub(crate) mean: f32,
    /// The item numbers that take part, in ascending order: those of the weights' rows.
    pub(crate) items: Vec<u32>,
    pub(crate) weights: Weights,
}

impl Ease {
    /// # Errors
    /// When there are no ratings, a setting makes no sense, or the watch stopped it.
    pub fn fit(matrix: &RatingMatrix, settings: &EaseSettings, watch: &mut dyn Watch) -> Result<Self, Error> {
        above_zero("regularization", settings.regularization)?;
        at_least_one("max_items", settings.max_items)?;
        at_least_one("keep", settings.keep.unwrap_or(1))?;
        let items = most_rated(matrix, settings.max_items);
        let mean = matrix.mean() as f32;
        let mut tiles = gram(matrix, &items, settings, mean);
        settings.check_beside(&tiles)?;
        tiles.invert_negated(watch)?;
        let weights = match settings.keep {
            Some(keep) if keep < items.len() => Weights::thin(&tiles, keep),
            _ => Weights::dense(&tiles),
        };
        Ok(Self { item_count: matrix.item_count(), weight: settings.weight, mean, items, weights })
    }
}

impl EaseSettings {
    /// A regularization that rounding loses beside the diagonal would leave nothing but noise of the inverse.
    fn check_beside(&self, gram: &SymmetricTiles) -> Result<(), Error> {
        let largest = (0..gram.size()).map(|place| gram.get(place, place)).fold(0.0, f64::max);
        if f64::from(self.regularization) >= SMALLEST_PART * largest {
            return Ok(());
        }
        Err(Error::Setting {
            setting: "regularization",
            value: self.regularization.to_string(),
            allowed: "at least a billionth of the most ratings of an item",
        })
    }
}

impl Recommender for Ease {
    fn item_count(&self) -> u32 {
        self.item_count
    }

    fn score(&self, profile: Profile<'_>, scores: &mut [f32]) {
        scores.fill(f32::NEG_INFINITY);
        let mut sums = vec![0.0; self.items.len()];
        let mut is_anything_known = false;
        for (item, stars) in profile.items.iter().zip(profile.stars) {
            if let Ok(row) = self.items.binary_search(item) {
                self.weights.add_row(row, self.weight.of(*stars, self.mean), &mut sums);
                is_anything_known = true;
            }
        }
        if is_anything_known {
            for (item, sum) in self.items.iter().zip(&sums) {
                scores[*item as usize] = *sum;
            }
        }
    }
}

/// The `max_items` items with the most ratings, of equals the smaller number, in ascending order; none without ratings.
fn most_rated(matrix: &RatingMatrix, max_items: usize) -> Vec<u32> {
    let count = |item: &u32| matrix.items().row(*item).len();
    let mut items: Vec<u32> = (1..=matrix.item_count()).filter(|item| count(item) > 0).collect();
    items.sort_by_key(|item| std::cmp::Reverse(count(item)));
    items.truncate(max_items);
    items.sort_unstable();
    items
}

/// What each two items have in common, with the regularization on the diagonal.
fn gram(matrix: &RatingMatrix, items: &[u32], settings: &EaseSettings, mean: f32) -> SymmetricTiles {
    let mut columns = vec![None; matrix.item_count() as usize + 1];
    for (column, item) in items.iter().enumerate() {
        columns[*item as usize] = Some(column);
    }
    let weight = |stars| f64::from(settings.weight.of(stars, mean));
    let mut tiles = SymmetricTiles::zeros(items.len(), TILE);
    tiles.fill(|row, add| {
        let item = items[row];
        add(row, f64::from(settings.regularization));
        for (user, stars) in matrix.items().row(item).iter() {
            let one = weight(stars);
            let up_to_item = matrix.users().row(user).iter().take_while(|(other, _)| *other <= item);
            for (other, stars) in up_to_item {
                if let Some(column) = columns[other as usize] {
                    add(column, one * weight(stars));
                }
            }
        }
    });
    tiles
}

#[cfg(test)]
mod tests;
