/// How many ratings there are, and the sum of their stars.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Tally {
    pub ratings: u64,
    pub stars: f64,
}

impl Tally {
    pub(super) fn add(&mut self, stars: f32) {
        self.ratings += 1;
        self.stars += f64::from(stars);
    }

    /// None without ratings.
    pub(super) fn mean(self) -> Option<f64> {
        (self.ratings > 0).then(|| self.stars / self.ratings as f64)
    }
}

impl std::iter::Sum for Tally {
    fn sum<I: Iterator<Item = Self>>(tallies: I) -> Self {
        tallies.fold(Self::default(), |sum, tally| Self {
            ratings: sum.ratings + tally.ratings,
            stars: sum.stars + tally.stars,
        })
    }
}
