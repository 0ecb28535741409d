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
    /// Items of which the model cannot say anything, and number 0, get negative infinity. Items of the profile are
    /// scored like all others: whether they are recommended again is for the caller to decide. Items of the profile
    /// beyond the model's are passed over.
    fn score(&self, profile: Profile<'_>, scores: &mut [f32]);
}
