use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};

use crate::{ScoredItem, SequenceQuery};

/// The best items by their scores, best first; of equal scores the smaller item number comes first.
///
/// `scores` holds the score of item number `i` at index `i`; the one at 0 is passed over, as are NaN.
pub fn best_items(scores: &[f32], query: &SequenceQuery) -> Vec<ScoredItem> {
    let excluded: HashSet<u32> = query.excluded.iter().copied().collect();
    let mut best = Best { limit: query.k, items: BinaryHeap::new() };
    let mut consider = |item: u32| {
        let Some(&score) = scores.get(item as usize) else { return };
        let is_candidate = item != 0 && !score.is_nan() && best.would_keep(score);
        if is_candidate && !excluded.contains(&item) {
            best.insert(ScoredItem { item, score });
        }
    };
    match &query.allowed {
        Some(allowed) => allowed.iter().for_each(&mut consider),
        None => (1..scores.len() as u32).for_each(&mut consider),
    }
    best.items.into_sorted_vec().into_iter().map(|Reverse(Ranked(item))| item).collect()
}

/// The best items so far, the worst of them on top. Items come in ascending order.
struct Best {
    limit: usize,
    items: BinaryHeap<Reverse<Ranked>>,
}

impl Best {
    fn would_keep(&self, score: f32) -> bool {
        if self.items.len() < self.limit {
            return true;
        }
        self.items.peek().is_some_and(|Reverse(Ranked(worst))| score > worst.score)
    }

    fn insert(&mut self, item: ScoredItem) {
        if self.items.len() == self.limit {
            self.items.pop();
        }
        self.items.push(Reverse(Ranked(item)));
    }
}

struct Ranked(ScoredItem);

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        // Adding zero makes -0 equal to 0, as `>` has it.
        let by_score = (self.0.score + 0.0).total_cmp(&(other.0.score + 0.0));
        by_score.then(other.0.item.cmp(&self.0.item))
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Ranked {}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::ItemSet;

    fn score() -> impl Strategy<Value = f32> {
        prop_oneof![
            4 => (-3..3_i8).prop_map(f32::from),
            1 => prop::sample::select(vec![f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -0.0, 0.5]),
        ]
    }

    fn items() -> impl Strategy<Value = Vec<u32>> {
        prop::collection::vec(0..50_u32, 0..30)
    }

    proptest! {
        #[test]
        fn the_best_items_are_the_first_of_all_that_may_appear_when_sorted(
            scores in prop::collection::vec(score(), 0..40),
            excluded in items(),
            allowed in prop::option::of(items()),
            k in 0..45_usize,
        ) {
            let mut expected: Vec<ScoredItem> = (1..scores.len() as u32)
                .filter(|item| !excluded.contains(item))
                .filter(|item| allowed.as_ref().is_none_or(|allowed| allowed.contains(item)))
                .map(|item| ScoredItem { item, score: scores[item as usize] })
                .filter(|scored| !scored.score.is_nan())
                .collect();
            expected.sort_by(|a, b| b.score.partial_cmp(&a.score).unwrap().then(a.item.cmp(&b.item)));
            expected.truncate(k);
            let allowed = allowed.map(|items| Arc::new(ItemSet::from_iter(items)));
            let query = SequenceQuery { history: vec![1], k, excluded, allowed };
            prop_assert_eq!(best_items(&scores, &query), expected);
        }
    }
}
