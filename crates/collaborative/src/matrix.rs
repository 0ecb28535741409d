/// Ratings by user and by item. Both orders are kept: 16 bytes for each rating.
#[derive(Debug, Clone, PartialEq)]
pub struct RatingMatrix {
    users: Rows,
    items: Rows,
}

/// Sparse rows of indices, ascending within a row, with a value each.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    starts: Vec<usize>,
    indices: Vec<u32>,
    values: Vec<f32>,
}

/// One row: as many values as indices.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row<'a> {
    pub indices: &'a [u32],
    pub values: &'a [f32],
}

impl RatingMatrix {
    /// Takes (user, item, stars) in any order; of a pair that comes twice, the later counts.
    ///
    /// # Panics
    /// When a user is not below `user_count`, or an item is 0 or above `item_count`.
    pub fn new(
        user_count: u32,
        item_count: u32,
        ratings: impl Iterator<Item = (u32, u32, f32)> + Clone,
    ) -> Self {
        // Sorting by item first and then, stably, by user leaves each user's items in ascending order.
        let by_item = Rows::collect(item_count + 1, ratings.map(|(user, item, stars)| (item, user, stars)));
        assert!(by_item.row(0).is_empty(), "items are numbered from 1");
        let users = by_item.transposed(user_count).without_repeats();
        let items = users.transposed(item_count + 1);
        Self { users, items }
    }

    pub fn user_count(&self) -> u32 {
        self.users.len() as u32
    }

    pub fn item_count(&self) -> u32 {
        self.items.len() as u32 - 1
    }

    /// How many ratings there are.
    pub fn len(&self) -> usize {
        self.users.indices.len()
    }

    pub fn is_empty(&self) -> bool {
        self.users.indices.is_empty()
    }

    /// A row of item numbers for each user.
    pub fn users(&self) -> &Rows {
        &self.users
    }

    /// A row of users for each item number; that of number 0 is empty.
    pub fn items(&self) -> &Rows {
        &self.items
    }

    /// (user, item, stars), user after user.
    pub fn iter(&self) -> impl Iterator<Item = (u32, u32, f32)> + '_ {
        (0..self.user_count())
            .flat_map(|user| self.users.row(user).iter().map(move |(item, stars)| (user, item, stars)))
    }

    /// The mean of all stars; 0 without any.
    pub fn mean(&self) -> f64 {
        let sum: f64 = self.users.values.iter().map(|stars| f64::from(*stars)).sum();
        if self.is_empty() { 0.0 } else { sum / self.len() as f64 }
    }
}

impl Rows {
    /// Puts each entry (row, index, value) in its row, in the order given.
    fn collect(rows: u32, entries: impl Iterator<Item = (u32, u32, f32)> + Clone) -> Self {
        let mut starts = vec![0; rows as usize + 1];
        for (row, _, _) in entries.clone() {
            starts[row as usize + 1] += 1;
        }
        for row in 0..rows as usize {
            starts[row + 1] += starts[row];
        }
        let mut next = starts.clone();
        let mut indices = vec![0; starts[rows as usize]];
        let mut values = vec![0.0; indices.len()];
        for (row, index, value) in entries {
            let place = &mut next[row as usize];
            (indices[*place], values[*place]) = (index, value);
            *place += 1;
        }
        Self { starts, indices, values }
    }

    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn row(&self, row: u32) -> Row<'_> {
        let entries = self.starts[row as usize]..self.starts[row as usize + 1];
        Row { indices: &self.indices[entries.clone()], values: &self.values[entries] }
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = Row<'_>> {
        (0..self.len() as u32).map(|row| self.row(row))
    }

    /// The same entries with the indices, of which there are `rows`, as rows.
    pub fn transposed(&self, rows: u32) -> Self {
        let entries = (0..self.len() as u32)
            .flat_map(|row| self.row(row).iter().map(move |(index, value)| (index, row, value)));
        Self::collect(rows, entries)
    }

    /// Keeps the last of neighbours with the same index.
    fn without_repeats(mut self) -> Self {
        let mut kept = 0;
        let mut begin = 0;
        for row in 0..self.len() {
            let end = self.starts[row + 1];
            self.starts[row] = kept;
            for entry in begin..end {
                let is_repeated = entry + 1 < end && self.indices[entry + 1] == self.indices[entry];
                if !is_repeated {
                    (self.indices[kept], self.values[kept]) = (self.indices[entry], self.values[entry]);
                    kept += 1;
                }
            }
            begin = end;
        }
        let rows = self.len();
        self.starts[rows] = kept;
        self.indices.truncate(kept);
        self.values.truncate(kept);
        self
    }
}

impl<'a> Row<'a> {
    pub fn len(self) -> usize {
        self.indices.len()
    }

    pub fn is_empty(self) -> bool {
        self.indices.is_empty()
    }

    pub fn iter(self) -> impl ExactSizeIterator<Item = (u32, f32)> + Clone + 'a {
        self.indices.iter().copied().zip(self.values.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn both_orders_hold_the_last_rating_of_each_pair(
            ratings in prop::collection::vec((0_u32..8, 1_u32..10, 0.5_f32..5.0), 0..60),
        ) {
            let matrix = RatingMatrix::new(8, 9, ratings.iter().copied());
            let last: BTreeMap<(u32, u32), f32> =
                ratings.iter().map(|(user, item, stars)| ((*user, *item), *stars)).collect();
            let expected: Vec<_> = last.iter().map(|((user, item), stars)| (*user, *item, *stars)).collect();
            prop_assert_eq!(matrix.iter().collect::<Vec<_>>(), expected);
            prop_assert_eq!((matrix.user_count(), matrix.item_count(), matrix.len()), (8, 9, last.len()));
            for (item, row) in matrix.items().iter().enumerate() {
                for (user, stars) in row.iter() {
                    prop_assert_eq!(last[&(user, item as u32)], stars);
                }
                prop_assert!(row.indices.is_sorted_by(|one, next| one < next));
            }
        }
    }

    #[test]
    fn the_mean_is_over_ratings() {
        assert_eq!(RatingMatrix::new(2, 2, [(0, 1, 1.0), (1, 1, 2.0), (1, 2, 3.0)].into_iter()).mean(), 2.0);
        assert_eq!(RatingMatrix::new(0, 0, std::iter::empty()).mean(), 0.0);
    }
}
