use rayon::prelude::*;

use super::{BLOCK, Comparer, Similarities, Sums};
use crate::neighbours::keep_best_unordered;
use crate::{Error, Row, Rows, Watch};

/// The rows with a value in some column that are most like some row: how alike, and the value, in no particular order.
pub(crate) type Nearest<'a> = &'a [(f32, f32)];

impl Similarities<'_> {
    /// Answers, for each pair of row and column, with what `answer` makes of the at most `k` rows most like the row among
    /// those with a value in the column. Pairs of the same row share the one comparison.
    pub fn answer_pairs(
        &self,
        pairs: &[(u32, u32)],
        k: usize,
        answer: impl Fn((u32, u32), Nearest<'_>) -> f32 + Sync,
        watch: &mut dyn Watch,
    ) -> Result<Vec<f32>, Error> {
        let mut order: Vec<usize> = (0..pairs.len()).collect();
        order.sort_unstable_by_key(|place| (pairs[*place].0, *place));
        let groups: Vec<&[usize]> = order.chunk_by(|one, two| pairs[*one].0 == pairs[*two].0).collect();
        let answer_group = |scratch: &mut Scratch, group: &&[usize]| {
            self.compare_for(pairs[group[0]].0, scratch);
            let answers: Vec<f32> = group
                .iter()
                .map(|place| {
                    let (row, column) = pairs[*place];
                    answer((row, column), scratch.nearest_in(self.column(column), k))
                })
                .collect();
            answers
        };
        let mut answered: Vec<Vec<f32>> = Vec::with_capacity(groups.len());
        for block in groups.chunks(BLOCK) {
            let answers = block.par_iter().with_min_len(4).map_init(Scratch::default, answer_group);
            answered.par_extend(answers);
            if !watch.step(answered.len(), groups.len(), None) {
                return Err(Error::Interrupted);
            }
        }
        let mut answers = vec![0.0; pairs.len()];
        for (place, answer) in order.iter().zip(answered.iter().flatten()) {
            answers[*place] = *answer;
        }
        Ok(answers)
    }

    fn compare_for(&self, row: u32, scratch: &mut Scratch) {
        let values = if (row as usize) < self.rows.len() { self.rows.row(row) } else { NOTHING };
        scratch.compare(&self.comparer, values, self.columns, self.rows.len());
        if let Some(itself) = scratch.alike.get_mut(row as usize) {
            *itself = 0.0;
        }
    }

    fn column(&self, column: u32) -> Row<'_> {
        if (column as usize) < self.columns.len() { self.columns.row(column) } else { NOTHING }
    }
}

const NOTHING: Row<'static> = Row { indices: &[], values: &[] };

/// What one thread works with.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    sums: Sums,
    /// How alike each row is to the one compared; 0 where it is not.
    alike: Vec<f32>,
    places: Vec<(u32, f32)>,
    nearest: Vec<(f32, f32)>,
}

impl Scratch {
    /// Finds out how alike each of so many rows with these columns is to this one.
    pub fn compare(&mut self, comparer: &Comparer, row: Row<'_>, columns: &Rows, rows: usize) {
        self.alike.clear();
        self.alike.resize(rows, 0.0);
        comparer.compare(row, columns, &mut self.sums, |other, similarity| {
            self.alike[other as usize] = similarity.max(0.0);
        });
    }

    /// The `k` most alike of the rows in a column.
    pub fn nearest_in(&mut self, column: Row<'_>, k: usize) -> Nearest<'_> {
        self.places.clear();
        for (place, other) in (0_u32..).zip(column.indices) {
            let similarity = self.alike[*other as usize];
            if similarity > 0.0 {
                self.places.push((place, similarity));
            }
        }
        keep_best_unordered(&mut self.places, k);
        self.nearest.clear();
        let values =
            self.places.iter().map(|(place, similarity)| (*similarity, column.values[*place as usize]));
        self.nearest.extend(values);
        &self.nearest
    }
}
