/// A set of item numbers, one bit for each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ItemSet {
    words: Vec<u64>,
}

const BITS: u32 = u64::BITS;

impl ItemSet {
    pub fn new() -> Self {
        Self::default()
    }

    /// Room for items up to `item_count`, which spares growing.
    pub fn with_capacity(item_count: u32) -> Self {
        Self { words: Vec::with_capacity((item_count / BITS + 1) as usize) }
    }

    pub fn insert(&mut self, item: u32) {
        let word = (item / BITS) as usize;
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        self.words[word] |= 1 << (item % BITS);
    }

    pub fn contains(&self, item: u32) -> bool {
        self.words.get((item / BITS) as usize).is_some_and(|word| word >> (item % BITS) & 1 == 1)
    }

    pub fn len(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|&word| word == 0)
    }

    /// The items in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        self.words.iter().zip(0..).flat_map(|(&word, index)| ones(word).map(move |bit| index * BITS + bit))
    }
}

fn ones(mut word: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let lowest = (word != 0).then(|| word.trailing_zeros())?;
        word &= word - 1;
        Some(lowest)
    })
}

impl Extend<u32> for ItemSet {
    fn extend<I: IntoIterator<Item = u32>>(&mut self, items: I) {
        for item in items {
            self.insert(item);
        }
    }
}

impl FromIterator<u32> for ItemSet {
    fn from_iter<I: IntoIterator<Item = u32>>(items: I) -> Self {
        let mut set = Self::new();
        set.extend(items);
        set
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_set_holds_what_was_inserted_and_nothing_else(
            items in prop::collection::btree_set(0..500_u32, 0..60),
            capacity in 0..600_u32,
        ) {
            let mut set = ItemSet::with_capacity(capacity);
            set.extend(items.iter().copied());
            prop_assert_eq!(set.iter().collect::<BTreeSet<_>>(), items.clone());
            prop_assert!(set.iter().is_sorted());
            prop_assert_eq!(set.len(), items.len());
            prop_assert_eq!(set.is_empty(), items.is_empty());
            for item in 0..700 {
                prop_assert_eq!(set.contains(item), items.contains(&item));
            }
        }
    }
}
