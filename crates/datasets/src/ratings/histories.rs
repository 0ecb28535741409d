use super::{Rating, Ratings};
use crate::sequences::Interactions;

/// Everyone's ratings, oldest first: what they watched, and the stars that they gave.
#[derive(Debug, Clone, PartialEq)]
pub struct RatedHistories {
    interactions: Interactions,
    stars: Vec<f32>,
    starts: Vec<usize>,
}

impl RatedHistories {
    /// Ratings of the same second stay in the order of the file. `user_ids` as [`RatingsData`](super::RatingsData) has
    /// them, a positive number for each user.
    pub fn new(ratings: &Ratings, user_ids: &[i64]) -> Self {
        assert_eq!(user_ids.len(), ratings.user_count() as usize, "every user has an id");
        let mut starts = vec![0; ratings.user_count() as usize + 1];
        for user in &ratings.users {
            starts[*user as usize + 1] += 1;
        }
        for user in 0..ratings.user_count() as usize {
            starts[user + 1] += starts[user];
        }
        let mut next = starts.clone();
        let mut order = vec![0_u32; ratings.len()];
        for (place, user) in (0..).zip(&ratings.users) {
            let slot = &mut next[*user as usize];
            order[*slot] = place;
            *slot += 1;
        }
        for user in 0..ratings.user_count() as usize {
            order[starts[user]..starts[user + 1]].sort_by_key(|place| ratings.times[*place as usize]);
        }
        let sorted = || order.iter().map(|place| ratings.get(*place as usize));
        let interactions = Interactions::from_parts(
            starts.clone(),
            sorted().map(|rating| rating.item).collect(),
            sorted().map(|rating| rating.time).collect(),
            user_ids.to_vec(),
            ratings.item_count(),
        );
        let stars = sorted().map(|rating: Rating| rating.stars).collect();
        Self { interactions, stars, starts }
    }

    /// What was watched: for splits, and for models that do not ask for stars.
    pub fn interactions(&self) -> &Interactions {
        &self.interactions
    }

    /// The stars of the items of [`Interactions::history`].
    pub fn stars(&self, user: usize) -> &[f32] {
        &self.stars[self.starts[user]..self.starts[user + 1]]
    }
}
