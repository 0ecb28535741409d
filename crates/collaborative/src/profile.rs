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
}

/// A model that knows which items are alike.
pub trait SimilarItems: Send + Sync {
    /// The `k` items most like it, best first and of equals the smaller number; never the item itself. Empty for an item
    /// of which the model knows nothing.
    fn similar(&self, item: u32, k: usize) -> Vec<(u32, f32)>;
}
