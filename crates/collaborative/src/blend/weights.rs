use crate::checks::above_zero;
use crate::least_squares::LeastSquares;
use crate::{Error, RatingMatrix, Row};

/// What is known of a rating before it is given.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Evidence<const MEMBERS: usize> {
    /// By how much the offsets of the user and the item are off the mean of all ratings, and that of the item alone.
    pub offsets: [f32; 2],
    /// By how much each member is off what the offsets say.
    pub members: [f32; MEMBERS],
    /// How many ratings the user has given, and the item got.
    pub counts: [usize; 2],
}

/// How much to trust each member: the more somebody has rated, or an item was rated, the more some of them have to say.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Weights {
    /// Those of a constant, of the offsets and of the members: each first for itself, then times the logarithm of both
    /// counts.
    pub(crate) weights: Vec<f32>,
    pub(crate) typical: TypicalCounts,
}

/// How many weights so many members make.
pub(crate) const fn weights_of(members: usize) -> usize {
    3 * (3 + members)
}

/// The mean logarithms, over ratings, of how many ratings their user has given and their item got.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct TypicalCounts {
    pub(crate) user: f32,
    pub(crate) item: f32,
}

impl Weights {
    /// Finds the weights that come nearest to what is left of the stars when the offsets are taken from them.
    ///
    /// # Errors
    /// When the regularization is not above 0.
    pub fn learn<const MEMBERS: usize>(
        examples: &[(Evidence<MEMBERS>, f32)],
        typical: TypicalCounts,
        regularization: f32,
    ) -> Result<Self, Error> {
        above_zero("regularization", regularization)?;
        let width = weights_of(MEMBERS);
        let mut problem = LeastSquares::new(width);
        for (evidence, left) in examples {
            fill(problem.push(*left), evidence, typical);
        }
        let weights = problem.solve(&vec![regularization; width]).to_vec();
        Ok(Self { weights, typical })
    }

    /// What to add to what the offsets say.
    pub fn apply<const MEMBERS: usize>(&self, evidence: &Evidence<MEMBERS>) -> f32 {
        let mut terms = vec![0.0; self.weights.len()];
        fill(&mut terms, evidence, self.typical);
        self.weights.iter().zip(&terms).map(|(weight, term)| weight * term).sum()
    }
}

impl TypicalCounts {
    pub fn of(matrix: &RatingMatrix) -> Self {
        let mean = |lengths: &mut dyn Iterator<Item = usize>| {
            let sum: f64 = lengths.map(|length| length as f64 * f64::from(logarithm(length))).sum();
            (sum / matrix.len().max(1) as f64) as f32
        };
        Self {
            user: mean(&mut matrix.users().iter().map(Row::len)),
            item: mean(&mut matrix.items().iter().map(Row::len)),
        }
    }
}

fn fill<const MEMBERS: usize>(terms: &mut [f32], evidence: &Evidence<MEMBERS>, typical: TypicalCounts) {
    let [user, item] = evidence.counts.map(logarithm);
    let factors = [1.0, user - typical.user, item - typical.item];
    let values = [1.0].into_iter().chain(evidence.offsets).chain(evidence.members);
    for (place, value) in terms.chunks_exact_mut(factors.len()).zip(values) {
        for (term, factor) in place.iter_mut().zip(factors) {
            *term = value * factor;
        }
    }
}

fn logarithm(count: usize) -> f32 {
    (count as f32).ln_1p()
}

#[cfg(test)]
mod tests {
    use rand::{RngExt as _, SeedableRng as _};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    const TYPICAL: TypicalCounts = TypicalCounts { user: 4.0, item: 3.0 };

    /// Three members that say anything, and what is left of the stars.
    fn examples(left: impl Fn(&Evidence<3>) -> f32) -> Vec<(Evidence<3>, f32)> {
        let mut random = ChaCha8Rng::seed_from_u64(7);
        let mut draw = || {
            let offsets = [0, 1].map(|_| random.random_range(-1.0..1.0));
            let members = [0, 1, 2].map(|_| random.random_range(-1.0..1.0));
            let counts = [0, 1].map(|_| random.random_range(1..200));
            Evidence { offsets, members, counts }
        };
        (0..5_000).map(|_| draw()).map(|evidence| (evidence.clone(), left(&evidence))).collect()
    }

    #[test]
    fn a_known_mixture_is_found_and_noise_gets_no_weight() {
        let examples = examples(|evidence| 0.2 + 0.7 * evidence.members[0] + 0.3 * evidence.members[2]);
        let weights = Weights::learn(&examples, TYPICAL, 0.1).unwrap();
        let expected = [0.2, 0.0, 0.0, 0.7, 0.0, 0.3].into_iter().flat_map(|weight| [weight, 0.0, 0.0]);
        for (found, expected) in weights.weights.iter().zip(expected) {
            assert!((found - expected).abs() < 2e-3, "{:?}", weights.weights);
        }
        for (evidence, left) in &examples[..50] {
            assert!((weights.apply(evidence) - left).abs() < 0.01);
        }
    }

    #[test]
    fn a_member_may_count_for_more_the_more_an_item_was_rated() {
        let trust = |evidence: &Evidence<3>| 0.1 * (evidence.counts[1] as f32).ln_1p();
        let examples = examples(|evidence| trust(evidence) * evidence.members[1]);
        let weights = Weights::learn(&examples, TYPICAL, 0.1).unwrap();
        let of_second_member = &weights.weights[4 * 3..][..3];
        for (found, expected) in of_second_member.iter().zip([0.3, 0.0, 0.1]) {
            assert!((found - expected).abs() < 2e-3, "{of_second_member:?}");
        }
    }

    #[test]
    fn without_examples_the_offsets_alone_count() {
        let weights = Weights::learn::<3>(&[], TYPICAL, 1.0).unwrap();
        let evidence = Evidence { offsets: [1.0, 2.0], members: [3.0, 4.0, 5.0], counts: [6, 7] };
        assert_eq!(weights.apply(&evidence), 0.0);
        assert!(Weights::learn::<3>(&[], TYPICAL, 0.0).is_err());
    }

    #[test]
    fn typical_counts_are_those_of_ratings() {
        let matrix = RatingMatrix::new(2, 2, [(0, 1, 5.0), (0, 2, 3.0), (1, 1, 4.0)].into_iter());
        let typical = TypicalCounts::of(&matrix);
        let expected = (2.0 * 3.0_f32.ln() + 2.0_f32.ln()) / 3.0;
        assert!((typical.user - expected).abs() < 1e-6 && (typical.item - expected).abs() < 1e-6);
        let nobody = RatingMatrix::new(0, 0, std::iter::empty());
        assert_eq!(TypicalCounts::of(&nobody), TypicalCounts::default());
    }
}
