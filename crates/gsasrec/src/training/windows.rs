use filmlens_datasets::sequences::Interactions;
use rand::seq::SliceRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// What an epoch shows of histories that are longer than the model's window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Coverage {
    /// The newest items alone, as the reference does.
    Newest,
    /// Everything, cut into pieces whose borders move from epoch to epoch.
    Whole,
}

/// A stretch of one user's history. Each of its items but the last is an input, each but the first a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    user: u32,
    start: u32,
    length: u32,
}

impl Window {
    pub fn inputs<'a>(&self, interactions: &'a Interactions) -> &'a [u32] {
        &self.of(interactions)[..self.length as usize - 1]
    }

    pub fn targets<'a>(&self, interactions: &'a Interactions) -> &'a [u32] {
        &self.of(interactions)[1..]
    }

    pub fn positions(&self) -> usize {
        self.length as usize - 1
    }

    fn of<'a>(&self, interactions: &'a Interactions) -> &'a [u32] {
        &interactions.history(self.user as usize)[self.start as usize..][..self.length as usize]
    }
}

/// The batches of one epoch. They depend on the seed and the epoch's number alone, so that a training can go on in the
/// middle of one.
pub struct Epoch {
    windows: Vec<Window>,
    batch_size: usize,
    order: Vec<u32>,
}

pub struct EpochPlan<'a> {
    /// For each user, how many of the first items are for training.
    pub training: &'a [u32],
    pub max_length: usize,
    pub coverage: Coverage,
    pub batch_size: usize,
    pub seed: u64,
}

/// Windows whose lengths differ by less than this may share a batch with any other of theirs.
const SIMILAR: u32 = 8;

impl EpochPlan<'_> {
    pub fn epoch(&self, number: u32) -> Epoch {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(u64::from(number) + 1);
        let mut windows = self.windows(&mut rng);
        windows.shuffle(&mut rng);
        // A batch costs as much as its longest window, so windows of similar length go together.
        let shift = rng.random_range(0..SIMILAR);
        windows.sort_by_key(|window| (window.length + shift) / SIMILAR);
        let mut order: Vec<u32> = (0..windows.len().div_ceil(self.batch_size) as u32).collect();
        order.shuffle(&mut rng);
        Epoch { windows, batch_size: self.batch_size, order }
    }

    /// How many targets an average batch of an epoch holds.
    pub fn positions_of_a_batch(&self) -> f64 {
        let windows = self.windows(&mut ChaCha8Rng::seed_from_u64(self.seed));
        let positions: usize = windows.iter().map(Window::positions).sum();
        positions as f64 / windows.len().div_ceil(self.batch_size).max(1) as f64
    }

    fn windows(&self, rng: &mut ChaCha8Rng) -> Vec<Window> {
        let mut windows = Vec::new();
        let longest = self.max_length as u32 + 1;
        for (user, count) in (0..).zip(self.training) {
            if *count < 2 {
                continue;
            }
            match self.coverage {
                Coverage::Newest => {
                    let length = longest.min(*count);
                    windows.push(Window { user, start: count - length, length });
                }
                Coverage::Whole => {
                    // From the newest end backwards. Neighbours share one item, a target of the one and an input of
                    // the other.
                    let mut end = *count;
                    let mut length = longest.min(end);
                    if end > longest {
                        length -= rng.random_range(0..longest / 2);
                    }
                    loop {
                        windows.push(Window { user, start: end - length, length });
                        end -= length - 1;
                        if end < 2 {
                            break;
                        }
                        length = longest.min(end);
                    }
                }
            }
        }
        windows
    }
}

impl Epoch {
    pub fn batch_count(&self) -> usize {
        self.order.len()
    }

    pub fn batch(&self, index: usize) -> &[Window] {
        let start = self.order[index] as usize * self.batch_size;
        &self.windows[start..(start + self.batch_size).min(self.windows.len())]
    }
}
