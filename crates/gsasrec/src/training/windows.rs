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

/// Which windows share a batch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Batches {
    /// Those of similar length, so that little is padded. Every batch's loss is divided by the same number.
    #[default]
    Similar,
    /// Any, as the reference does. The loss of a batch is divided by its own positions.
    Shuffled,
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
    pub batches: Batches,
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
        if self.batches == Batches::Similar {
            // A batch costs as much as its longest window.
            let shift = rng.random_range(0..SIMILAR);
            windows.sort_by_key(|window| (window.length + shift) / SIMILAR);
        }
        let mut order: Vec<u32> = (0..windows.len().div_ceil(self.batch_size) as u32).collect();
        order.shuffle(&mut rng);
        Epoch { windows, batch_size: self.batch_size, order }
    }

    /// What the loss of every batch is divided by: the targets of an average one, or `None` for its own.
    pub fn divisor(&self) -> Option<f64> {
        (self.batches == Batches::Similar).then(|| self.positions_of_a_batch())
    }

    fn positions_of_a_batch(&self) -> f64 {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Debug)]
    struct Case {
        /// For each user, how many items there are beyond those for training.
        held_out: Vec<u32>,
        training: Vec<u32>,
        max_length: usize,
        batch_size: usize,
        seed: u64,
        epoch: u32,
    }

    fn cases() -> impl Strategy<Value = Case> {
        let users = prop::collection::vec((0..60_u32, 0..4_u32), 1..40);
        (users, 1..15_usize, 1..9_usize, any::<u64>(), 0..50_u32).prop_map(
            |(users, max_length, batch_size, seed, epoch)| {
                let (training, held_out) = users.into_iter().unzip();
                Case { held_out, training, max_length, batch_size, seed, epoch }
            },
        )
    }

    impl Case {
        fn epoch(&self, coverage: Coverage) -> Epoch {
            let Self { training, max_length, batch_size, seed, epoch, .. } = self;
            let plan = EpochPlan {
                training,
                max_length: *max_length,
                coverage,
                batches: Batches::Similar,
                batch_size: *batch_size,
                seed: *seed,
            };
            plan.epoch(*epoch)
        }

        /// The user and the place in the history of every target, sorted, as they come in batches.
        fn targets(&self, coverage: Coverage) -> Vec<(u32, u32)> {
            let epoch = self.epoch(coverage);
            let windows = (0..epoch.batch_count()).flat_map(|index| epoch.batch(index));
            let mut targets: Vec<(u32, u32)> = windows
                .flat_map(|window| {
                    (window.start + 1..window.start + window.length).map(|place| (window.user, place))
                })
                .collect();
            targets.sort_unstable();
            targets
        }

        fn users(&self) -> impl Iterator<Item = (u32, u32)> {
            (0..).zip(self.training.iter().copied())
        }
    }

    proptest! {
        #[test]
        fn every_item_of_the_training_part_but_the_first_is_a_target_once(case in cases()) {
            let expected: Vec<(u32, u32)> =
                case.users().flat_map(|(user, count)| (1..count).map(move |place| (user, place))).collect();
            prop_assert_eq!(case.targets(Coverage::Whole), expected);
        }

        #[test]
        fn the_newest_alone_are_one_window_for_each_user(case in cases()) {
            let longest = case.max_length as u32;
            let expected: Vec<(u32, u32)> = case
                .users()
                .flat_map(|(user, count)| (count.saturating_sub(longest).max(1)..count).map(move |place| (user, place)))
                .collect();
            prop_assert_eq!(case.targets(Coverage::Newest), expected);
        }

        #[test]
        fn inputs_and_targets_are_neighbours_in_the_history(case in cases()) {
            let histories = case.training.iter().zip(&case.held_out).map(|(trains, rest)| (1..=trains + rest).collect());
            let interactions = Interactions::from_histories(histories).unwrap();
            let epoch = case.epoch(Coverage::Whole);
            for window in (0..epoch.batch_count()).flat_map(|index| epoch.batch(index)) {
                let (inputs, targets) = (window.inputs(&interactions), window.targets(&interactions));
                prop_assert!((1..=case.max_length).contains(&inputs.len()));
                prop_assert_eq!((inputs.len(), targets.len()), (window.positions(), window.positions()));
                prop_assert!(inputs.iter().zip(targets).all(|(input, target)| input + 1 == *target));
                prop_assert!(targets.iter().all(|item| *item <= case.training[window.user as usize]));
            }
        }

        #[test]
        fn batches_hold_windows_of_similar_lengths(case in cases()) {
            let epoch = case.epoch(Coverage::Whole);
            let spans: Vec<(usize, usize)> = (0..epoch.batch_count())
                .map(|index| {
                    let lengths = epoch.batch(index).iter().map(Window::positions);
                    (lengths.clone().min().unwrap(), lengths.max().unwrap())
                })
                .collect();
            for (index, (shortest, longest)) in spans.iter().enumerate() {
                for (other_shortest, other_longest) in &spans[..index] {
                    let common = longest.min(other_longest).saturating_sub(*shortest.max(other_shortest));
                    prop_assert!(common < SIMILAR as usize, "{spans:?}");
                }
            }
            let sizes = (0..epoch.batch_count()).map(|index| epoch.batch(index).len());
            prop_assert!(sizes.filter(|size| *size < case.batch_size).count() <= 1, "one batch takes the rest");
        }

        #[test]
        fn an_epoch_depends_on_seed_and_number_alone(case in cases()) {
            let batches = |case: &Case| {
                let epoch = case.epoch(Coverage::Whole);
                (0..epoch.batch_count()).map(|index| epoch.batch(index).to_vec()).collect::<Vec<_>>()
            };
            prop_assert_eq!(batches(&case), batches(&case));
        }
    }

    #[test]
    fn epochs_differ_in_order_and_in_borders() {
        let training = [50; 40];
        let plan = EpochPlan {
            training: &training,
            max_length: 12,
            coverage: Coverage::Whole,
            batches: Batches::Similar,
            batch_size: 4,
            seed: 3,
        };
        let [first, second] = [0, 1].map(|number| plan.epoch(number));
        assert_ne!(first.order, second.order);
        let starts = |epoch: &Epoch| {
            let mut starts: Vec<_> = epoch.windows.iter().map(|window| (window.user, window.start)).collect();
            starts.sort_unstable();
            starts
        };
        assert_ne!(starts(&first), starts(&second));
    }

    #[test]
    fn an_average_batch_holds_what_all_batches_do_by_their_number() {
        let training = [1, 2, 5, 9, 0];
        let plan = EpochPlan {
            training: &training,
            max_length: 10,
            coverage: Coverage::Whole,
            batches: Batches::Similar,
            batch_size: 2,
            seed: 3,
        };
        assert!((plan.positions_of_a_batch() - (1.0 + 4.0 + 8.0) / 2.0).abs() < 1e-12);
    }
}
