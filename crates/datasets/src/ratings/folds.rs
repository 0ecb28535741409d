use rand::SeedableRng as _;
use rand::seq::SliceRandom as _;
use rand_chacha::ChaCha8Rng;

/// Deals `ratings` places out to `count` folds at random, as equal in size as they can be: the fold of each place.
pub fn folds(ratings: usize, count: u8, seed: u64) -> Vec<u8> {
    let mut folds: Vec<u8> = (0..count).cycle().take(ratings).collect();
    folds.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    folds
}

/// Draws the `share` of the places that is held back to test on: whether each is.
pub fn held_out_share(ratings: usize, share: f64, seed: u64) -> Vec<bool> {
    let held_out = (ratings as f64 * share).round() as usize;
    let mut is_held_out: Vec<bool> = (0..ratings).map(|place| place < held_out).collect();
    is_held_out.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    is_held_out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn folds_are_equal_in_size_and_follow_the_seed(ratings in 0_usize..300, count in 1_u8..12, seed in 0_u64..9) {
            let dealt = folds(ratings, count, seed);
            let sizes: Vec<usize> =
                (0..count).map(|fold| dealt.iter().filter(|other| **other == fold).count()).collect();
            prop_assert_eq!(sizes.iter().sum::<usize>(), ratings);
            prop_assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1);
            prop_assert_eq!(folds(ratings, count, seed), dealt);
        }

        #[test]
        fn the_share_held_out_is_exact(ratings in 0_usize..300, share in 0.0..1.0) {
            let held_out = held_out_share(ratings, share, 42).into_iter().filter(|is_held_out| *is_held_out).count();
            prop_assert!((held_out as f64 - share * ratings as f64).abs() <= 0.5);
        }
    }

    #[test]
    fn another_seed_deals_otherwise() {
        assert_ne!(folds(1_000, 5, 1), folds(1_000, 5, 2));
        assert_ne!(held_out_share(1_000, 0.2, 1), held_out_share(1_000, 0.2, 2));
    }
}
