use crate::Row;

/// A list of indices, each with a value, for each row: its neighbours. Takes 8 bytes for each entry.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Lists {
    pub(crate) starts: Vec<usize>,
    pub(crate) indices: Vec<u32>,
    pub(crate) values: Vec<f32>,
}

impl Default for Lists {
    fn default() -> Self {
        Self { starts: vec![0], indices: Vec::new(), values: Vec::new() }
    }
}

impl Lists {
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Adds the list of the next row.
    pub fn push(&mut self, list: &[(u32, f32)]) {
        self.indices.extend(list.iter().map(|(index, _)| *index));
        self.values.extend(list.iter().map(|(_, value)| *value));
        self.starts.push(self.indices.len());
    }

    /// Empty for a row that there is not.
    pub fn of(&self, row: u32) -> Row<'_> {
        let row = row as usize;
        if row >= self.len() {
            return Row { indices: &[], values: &[] };
        }
        let entries = self.starts[row]..self.starts[row + 1];
        Row { indices: &self.indices[entries.clone()], values: &self.values[entries] }
    }
}

/// Keeps the `k` largest, best first and of equals the smaller number.
pub(crate) fn keep_best(scored: &mut Vec<(u32, f32)>, k: usize) {
    let mut keys = best_keys(scored, k);
    keys.sort_unstable();
    scored.clear();
    scored.extend(keys.into_iter().map(entry));
}

/// Keeps the `k` largest, of equals the smaller number, in no particular order but the same one each time. Where there
/// are no more, that costs nothing.
pub(crate) fn keep_best_unordered(scored: &mut Vec<(u32, f32)>, k: usize) {
    if k < scored.len() {
        let keys = best_keys(scored, k);
        scored.clear();
        scored.extend(keys.into_iter().map(entry));
    }
}

/// Whole numbers are told apart in a third of the time that pairs take.
fn best_keys(scored: &[(u32, f32)], k: usize) -> Vec<u64> {
    let mut keys: Vec<u64> = scored.iter().map(|(index, score)| key(*index, *score)).collect();
    if k < keys.len() {
        keys.select_nth_unstable(k);
        keys.truncate(k);
    }
    keys
}

const SIGN: u32 = 1 << 31;

/// Smaller for what is better: the score in the upper half, turned over, and the index in the lower.
fn key(index: u32, score: f32) -> u64 {
    let bits = score.to_bits();
    let ascending = if bits & SIGN == 0 { bits | SIGN } else { !bits };
    u64::from(!ascending) << 32 | u64::from(index)
}

fn entry(key: u64) -> (u32, f32) {
    let ascending = !((key >> 32) as u32);
    let bits = if ascending & SIGN == 0 { !ascending } else { ascending ^ SIGN };
    (key as u32, f32::from_bits(bits))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_best_come_first_and_of_equals_the_smaller_number() {
        let mut scored = vec![(4, 0.5), (1, 0.1), (3, 0.5), (2, 0.9)];
        keep_best(&mut scored, 3);
        assert_eq!(scored, [(2, 0.9), (3, 0.5), (4, 0.5)]);
        keep_best(&mut scored, 9);
        assert_eq!(scored.len(), 3);
        keep_best(&mut scored, 0);
        assert_eq!(scored, []);
    }

    proptest! {
        #[test]
        fn the_best_are_the_head_of_a_full_sort(
            scores in prop::collection::vec(prop_oneof![-2.0_f32..2.0, Just(0.5), Just(-0.0), Just(f32::INFINITY)], 0..80),
            k in 0_usize..90,
        ) {
            let mut kept: Vec<(u32, f32)> = (0..).zip(scores).collect();
            let mut expected = kept.clone();
            expected.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
            expected.truncate(k);
            let mut unordered = kept.clone();
            keep_best(&mut kept, k);
            prop_assert_eq!(&kept, &expected);
            keep_best_unordered(&mut unordered, k);
            keep_best(&mut unordered, k);
            prop_assert_eq!(unordered, expected);
        }
    }

    #[test]
    fn a_row_that_there_is_not_has_no_list() {
        let mut lists = Lists::default();
        lists.push(&[(1, 3.0), (2, 1.0)]);
        lists.push(&[]);
        assert_eq!(lists.of(0).values, [3.0, 1.0]);
        assert!(lists.of(1).is_empty() && lists.of(2).is_empty());
    }
}
