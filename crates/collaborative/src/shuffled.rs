use rand::seq::SliceRandom as _;
use rand_chacha::ChaCha8Rng;

use crate::matrix::Rows;

/// Each user's ratings in an order drawn by chance: 8 bytes for each.
///
/// Learning rating by rating, a user's vector follows the latest ratings most. In the order of item numbers, which is
/// often one of popularity or age, those would be the same kind for everybody.
pub(crate) struct Shuffled {
    starts: Vec<usize>,
    ratings: Vec<(u32, f32)>,
}

impl Shuffled {
    pub(crate) fn new(users: &Rows, random: &mut ChaCha8Rng) -> Self {
        let mut shuffled = Self { starts: vec![0], ratings: Vec::new() };
        for row in users.iter() {
            let start = shuffled.ratings.len();
            shuffled.ratings.extend(row.iter());
            shuffled.ratings[start..].shuffle(random);
            shuffled.starts.push(shuffled.ratings.len());
        }
        shuffled
    }

    /// User after user.
    pub(crate) fn users(&self) -> impl Iterator<Item = &[(u32, f32)]> {
        self.starts.windows(2).map(|bounds| &self.ratings[bounds[0]..bounds[1]])
    }
}
