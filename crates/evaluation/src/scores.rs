use std::cmp::Reverse;
use std::collections::BinaryHeap;

const BLOCK: usize = 64;

/// The `k` best items by score, best first, none of them `seen`. Item `i` has the score `scores[i]`; `scores[0]` is not
/// an item's. Of equal scores the smaller item number comes first, and NaN comes last of all.
pub fn top_k(scores: &[f32], k: usize, seen: &[u32]) -> Vec<u32> {
    if k == 0 {
        return Vec::new();
    }
    let seen = sorted(seen);
    let mut best = BinaryHeap::with_capacity(k.min(scores.len()));
    // While there is room, everything clears the bar, NaN too.
    let mut bar = None;
    for (first, block) in (0_u32..).step_by(BLOCK).zip(scores.chunks(BLOCK)) {
        // No branch within the block, so that many scores are compared at once; nearly all blocks end here.
        if bar.is_some_and(|bar| !block.iter().fold(false, |any, score| any | above(*score, bar))) {
            continue;
        }
        for (item, score) in (first..).zip(block) {
            // Item numbers rise, so an item that only equals the worst of the best comes after it.
            let clears = bar.is_none_or(|bar| above(*score, bar));
            if item == 0 || !clears || seen.binary_search(&item).is_ok() {
                continue;
            }
            best.push(Reverse(Merit::new(*score, item)));
            if best.len() > k {
                best.pop();
            }
            if let (true, Some(Reverse(worst))) = (best.len() == k, best.peek()) {
                bar = Some(scores[worst.item() as usize]);
            }
        }
    }
    // What is reversed once more ascends from the best.
    best.into_sorted_vec().into_iter().map(|Reverse(merit)| merit.item()).collect()
}

/// The place of `target` among all items but the `seen` ones, in the order of [`top_k`]; the best place is 1. A target
/// that is not an item or was seen comes after every item that can be recommended.
pub fn rank_of(scores: &[f32], target: u32, seen: &[u32]) -> usize {
    let mut seen = sorted(seen);
    seen.retain(|item| *item != 0 && (*item as usize) < scores.len());
    let target_score =
        scores.get(target as usize).filter(|_| target != 0 && seen.binary_search(&target).is_err());
    let Some(target_score) = target_score else {
        return scores.len().saturating_sub(1) - seen.len() + 1;
    };
    let (before, after) = scores.split_at(target as usize);
    let is_better = |score: &&f32| above(**score, *target_score);
    let is_as_good = |score: &&f32| !above(*target_score, **score);
    let better = before[1..].iter().filter(is_as_good).count() + after.iter().filter(is_better).count();

    let target = Merit::new(*target_score, target);
    let better_but_seen =
        seen.iter().filter(|item| Merit::new(scores[**item as usize], **item) > target).count();
    better - better_but_seen + 1
}

fn sorted(items: &[u32]) -> Vec<u32> {
    let mut items = items.to_vec();
    items.sort_unstable();
    items.dedup();
    items
}

/// A score and an item in one number, which is larger for whichever is to be recommended first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Merit(u64);

impl Merit {
    fn new(score: f32, item: u32) -> Self {
        // Adding zero makes -0 and 0 the same bits.
        let bits = (score + 0.0).to_bits();
        let ascending = match bits {
            _ if score.is_nan() => 0,
            bits if bits >> 31 == 0 => bits | 1 << 31,
            bits => !bits,
        };
        Self(u64::from(ascending) << 32 | u64::from(u32::MAX - item))
    }

    fn item(self) -> u32 {
        u32::MAX - self.0 as u32
    }
}

/// Whether a score is better, any number being better than NaN.
fn above(score: f32, other: f32) -> bool {
    score > other || (other.is_nan() && !score.is_nan())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every item that can be recommended, best first, by a full sort.
    fn ranking(scores: &[f32], seen: &[u32]) -> Vec<u32> {
        let mut items: Vec<u32> = (1..scores.len() as u32).filter(|item| !seen.contains(item)).collect();
        items.sort_by(|a, b| {
            let (a, b) = (scores[*a as usize], scores[*b as usize]);
            b.partial_cmp(&a).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
        });
        items
    }

    fn any_scores() -> impl Strategy<Value = Vec<f32>> {
        // Few different values make many ties.
        let coarse = prop::sample::select(vec![
            -1.0,
            -0.0,
            0.0,
            1.0,
            2.0,
            f32::NAN,
            -f32::NAN,
            f32::INFINITY,
            f32::NEG_INFINITY,
            f32::MIN_POSITIVE,
        ]);
        prop_oneof![
            prop::collection::vec(coarse, 0..300),
            prop::collection::vec(any::<f32>(), 0..300),
            prop::collection::vec(-5_f32..5.0, 0..300),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn the_top_is_the_head_of_a_full_sort(
            scores in any_scores(),
            k in prop_oneof![0_usize..310, Just(usize::MAX)],
            seen in prop::collection::vec(0_u32..310, 0..100),
        ) {
            let mut expected = ranking(&scores, &seen);
            expected.truncate(k);
            prop_assert_eq!(top_k(&scores, k, &seen), expected);
        }

        #[test]
        fn the_rank_is_the_place_in_a_full_sort(
            scores in any_scores(),
            target in 0_u32..310,
            seen in prop::collection::vec(0_u32..310, 0..100),
        ) {
            let ranking = ranking(&scores, &seen);
            let place = ranking.iter().position(|item| *item == target).unwrap_or(ranking.len());
            prop_assert_eq!(rank_of(&scores, target, &seen), place + 1);
        }
    }

    #[test]
    fn equal_scores_go_by_item_number() {
        assert_eq!(top_k(&[9.0, 1.0, 2.0, 1.0, 2.0], 3, &[]), [2, 4, 1]);
        assert_eq!(rank_of(&[9.0, 1.0, 2.0, 1.0, 2.0], 3, &[2]), 3);
    }
}
