use rayon::prelude::*;

use crate::matrix::{RatingMatrix, Row};
use crate::{Error, Watch};

/// Users who are asked about between two reports to the watch.
const BLOCK: usize = 1024;

/// What somebody has rated: distinct item numbers from 1 and as many stars, the oldest first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Profile<'a> {
    pub items: &'a [u32],
    pub stars: &'a [f32],
}

/// A model that ranks every item for somebody of whom it knows the profile and nothing else, so that what was rated a
/// moment ago counts, and people whom the training never saw are served as well.
pub trait Recommender: Send + Sync {
    fn item_count(&self) -> u32;

    /// Fills `scores`, one place for each item number from 0, with what is better the larger it is.
    ///
    /// Items of which the model cannot say anything, and number 0, get negative infinity; for a profile without any item
    /// that it knows a model may score all others alike instead. Items of the profile are
    /// scored like all others: whether they are recommended again is for the caller to decide. Items of the profile
    /// beyond the model's are passed over.
    fn score(&self, profile: Profile<'_>, scores: &mut [f32]);
}

/// A model that says how many stars somebody would give, on the scale of the ratings but not cut to it.
pub trait RatingPredictor: Send + Sync {
    fn predict_for(&self, profile: Profile<'_>, item: u32) -> f32;

    /// The same for many items, for which models look at the profile once.
    fn predict_each(&self, profile: Profile<'_>, items: &[u32]) -> Vec<f32> {
        items.iter().map(|item| self.predict_for(profile, *item)).collect()
    }
}

/// The stars that users of a matrix would give, for pairs of user and item: each user is known by the own row alone, as
/// somebody who asks a service.
///
/// # Errors
/// When the watch stops it.
///
/// # Panics
/// When there is no user of one of the numbers.
pub fn predict_users(
    model: &dyn RatingPredictor,
    matrix: &RatingMatrix,
    pairs: &[(u32, u32)],
    watch: &mut dyn Watch,
) -> Result<Vec<f32>, Error> {
    let mut order: Vec<usize> = (0..pairs.len()).collect();
    order.sort_unstable_by_key(|place| (pairs[*place].0, *place));
    let of_one_user: Vec<&[usize]> = order.chunk_by(|one, two| pairs[*one].0 == pairs[*two].0).collect();
    let predict = |places: &&[usize]| {
        let items: Vec<u32> = places.iter().map(|place| pairs[*place].1).collect();
        let Row { indices, values } = matrix.users().row(pairs[places[0]].0);
        model.predict_each(Profile { items: indices, stars: values }, &items)
    };
    let mut predicted: Vec<Vec<f32>> = Vec::with_capacity(of_one_user.len());
    for block in of_one_user.chunks(BLOCK) {
        predicted.par_extend(block.par_iter().map(predict));
        if !watch.step(predicted.len(), of_one_user.len(), None) {
            return Err(Error::Interrupted);
        }
    }
    let mut stars = vec![0.0; pairs.len()];
    for (place, predicted) in order.iter().zip(predicted.iter().flatten()) {
        stars[*place] = *predicted;
    }
    Ok(stars)
}

/// A model that knows which items are alike.
pub trait SimilarItems: Send + Sync {
    /// The `k` items most like it, best first and of equals the smaller number; never the item itself. Empty for an item
    /// of which the model knows nothing.
    fn similar(&self, item: u32, k: usize) -> Vec<(u32, f32)>;
}
