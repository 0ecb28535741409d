/// The recommender that every other must beat: the same most popular items for everyone, less what each has seen.
#[derive(Debug, Clone)]
pub struct Popularity {
    /// Item numbers, most popular first.
    items: Vec<u32>,
    /// The index in `items` of each item number; number 0 has none.
    places: Vec<u32>,
}

impl Popularity {
    /// `training_counts[i]` says how often item `i` occurs in the training data; number 0 is not an item. Of items with
    /// equal counts the smaller number comes first.
    pub fn new(training_counts: &[u64]) -> Self {
        let mut items: Vec<u32> = (1..training_counts.len() as u32).collect();
        // The sort is stable.
        items.sort_by_key(|item| std::cmp::Reverse(training_counts[*item as usize]));
        let mut places = vec![0; training_counts.len()];
        for (place, item) in (0_u32..).zip(&items) {
            places[*item as usize] = place;
        }
        Self { items, places }
    }

    /// The `k` most popular items that are not `seen`, best first.
    pub fn top_k(&self, k: usize, seen: &[u32]) -> Vec<u32> {
        let seen = self.places_of(seen);
        let mut seen = seen.iter().peekable();
        let is_new = |(place, _): &(u32, &u32)| seen.next_if(|seen| **seen == *place).is_none();
        (0_u32..).zip(&self.items).filter(is_new).map(|(_, item)| *item).take(k).collect()
    }

    /// The place of `target` among all items but the `seen` ones; the best place is 1. A target that is not an item or
    /// was seen comes after every item that can be recommended.
    pub fn rank_of(&self, target: u32, seen: &[u32]) -> usize {
        let seen = self.places_of(seen);
        let place = self.place(target).filter(|place| seen.binary_search(place).is_err());
        let Some(place) = place else { return self.items.len() - seen.len() + 1 };
        place as usize - seen.partition_point(|seen| *seen < place) + 1
    }

    fn place(&self, item: u32) -> Option<u32> {
        if item == 0 { None } else { self.places.get(item as usize).copied() }
    }

    /// In ascending order, each once.
    fn places_of(&self, items: &[u32]) -> Vec<u32> {
        let mut places: Vec<u32> = items.iter().filter_map(|item| self.place(*item)).collect();
        places.sort_unstable();
        places.dedup();
        places
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{rank_of, top_k};

    proptest! {
        #[test]
        fn it_ranks_as_the_counts_would_as_scores(
            counts in prop::collection::vec(0_u64..6, 0..40),
            k in 0_usize..50,
            target in 0_u32..50,
            seen in prop::collection::vec(0_u32..50, 0..20),
        ) {
            let popularity = Popularity::new(&counts);
            let scores: Vec<f32> = counts.iter().map(|count| *count as f32).collect();
            prop_assert_eq!(popularity.top_k(k, &seen), top_k(&scores, k, &seen));
            prop_assert_eq!(popularity.rank_of(target, &seen), rank_of(&scores, target, &seen));
        }
    }

    #[test]
    fn large_counts_are_told_apart() {
        // As 32-bit floats these would be equal.
        assert_eq!(Popularity::new(&[0, 16_777_216, 16_777_217]).top_k(2, &[]), [2, 1]);
    }
}
