mod pairs;
mod sums;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::checks::not_negative;
use crate::neighbours::{Lists, keep_best, keep_best_unordered};
use crate::{Error, RatingMatrix, Row, Rows, Watch};
pub(crate) use pairs::{Nearest, Scratch};
use sums::Besides;
pub(crate) use sums::Sums;

/// Rows that are compared between two reports to the watch.
const BLOCK: usize = 1024;

/// How alike two rows of ratings are: two items by who rated them, or two users by what they rated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Similarity {
    /// Cosine of the whole rows, 0 where there is no rating.
    Cosine,
    /// Cosine over what both rows have. Scikit-surprise calls this "cosine".
    CoRatedCosine,
    /// As [`Similarity::CoRatedCosine`], with the mean of its column taken from every value first: of items, the mean of
    /// the user who gave the stars.
    AdjustedCosine,
    /// Correlation over what both rows have.
    Pearson,
}

/// What makes two rows alike.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Comparison {
    pub similarity: Similarity,
    /// Rows that have fewer columns in common count as not alike at all.
    pub minimum_support: u32,
    /// Multiplies the similarity by n / (n + shrinkage), where n columns are in common.
    pub shrinkage: f32,
}

impl Comparison {
    pub fn check(&self) -> Result<(), Error> {
        not_negative("shrinkage", self.shrinkage)
    }
}

/// Compares any row with all rows of a matrix at once, by walking its columns.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Comparer {
    comparison: Comparison,
    /// Taken from the values of each column.
    centres: Vec<f32>,
    /// One by the length of each row; 0 for a row of no length.
    inverse_lengths: Vec<f32>,
}

impl Comparer {
    pub fn new(rows: &Rows, columns: &Rows, comparison: Comparison) -> Self {
        let centres = match comparison.similarity {
            Similarity::AdjustedCosine => columns.iter().map(mean).collect(),
            _ => vec![0.0; columns.len()],
        };
        Self { comparison, centres, inverse_lengths: rows.iter().map(inverse_length).collect() }
    }

    /// Calls `found` with every row of the matrix with these columns that has enough in common with `row`, which need not
    /// be one of them, and how alike they are. Rows come in no particular order, but in the same one each time.
    pub fn compare(&self, row: Row<'_>, columns: &Rows, sums: &mut Sums, mut found: impl FnMut(u32, f32)) {
        let Comparison { similarity, minimum_support, shrinkage } = self.comparison;
        let besides = match similarity {
            Similarity::Cosine => Besides::Nothing,
            Similarity::CoRatedCosine | Similarity::AdjustedCosine => Besides::Squares,
            Similarity::Pearson => Besides::SquaresAndTotals,
        };
        sums.restart(self.inverse_lengths.len(), besides);
        for (column, value) in row.iter() {
            let centre = self.centres[column as usize];
            sums.add(value - centre, centre, columns.row(column));
        }
        let row_inverse = inverse_length(row);
        for other in sums.touched() {
            let support = sums.support(other);
            if support < minimum_support as f32 {
                continue;
            }
            let measured = match similarity {
                Similarity::Cosine => {
                    let cosine = sums.product(other) * (row_inverse * self.inverse_lengths[other as usize]);
                    cosine.clamp(-1.0, 1.0)
                }
                Similarity::CoRatedCosine | Similarity::AdjustedCosine => sums.co_rated_cosine(other) as f32,
                Similarity::Pearson => sums.correlation(other) as f32,
            };
            found(other, measured * (support / (support + shrinkage)));
        }
    }
}

/// Compares the rows of a matrix with each other, without ever holding a matrix of all pairs.
///
/// Comparing all rows takes as many steps as the squared lengths of the columns add up to. Each thread needs up to 28 bytes for
/// each row; all else is what the caller keeps. For the 59,047 rated films of MovieLens 25M that is 1.7 MB a thread, for its
/// 162,541 users 4.6 MB.
#[derive(Debug)]
pub(crate) struct Similarities<'a> {
    rows: &'a Rows,
    columns: &'a Rows,
    comparer: Comparer,
}

impl<'a> Similarities<'a> {
    pub fn of_items(matrix: &'a RatingMatrix, comparison: Comparison) -> Self {
        Self::new(matrix.items(), matrix.users(), comparison)
    }

    pub fn of_users(matrix: &'a RatingMatrix, comparison: Comparison) -> Self {
        Self::new(matrix.users(), matrix.items(), comparison)
    }

    fn new(rows: &'a Rows, columns: &'a Rows, comparison: Comparison) -> Self {
        Self { rows, columns, comparer: Comparer::new(rows, columns, comparison) }
    }

    pub fn compare(&self, row: Row<'_>, sums: &mut Sums, found: impl FnMut(u32, f32)) {
        self.comparer.compare(row, self.columns, sums, found);
    }

    /// The `k` rows most like each row, itself left out, best first; only such as are alike rather than opposite.
    pub fn nearest(&self, k: usize, watch: &mut dyn Watch) -> Result<Lists, Error> {
        self.nearest_in_blocks(BLOCK, |alike| keep_best(alike, k), watch)
    }

    /// The same in no particular order, which takes less time.
    pub fn nearest_unordered(&self, k: usize, watch: &mut dyn Watch) -> Result<Lists, Error> {
        self.nearest_in_blocks(BLOCK, |alike| keep_best_unordered(alike, k), watch)
    }

    fn nearest_in_blocks(
        &self,
        block: usize,
        keep: impl Fn(&mut Vec<(u32, f32)>) + Sync,
        watch: &mut dyn Watch,
    ) -> Result<Lists, Error> {
        let mut neighbours = Lists::default();
        let rows: Vec<u32> = (0..self.rows.len() as u32).collect();
        let mut done = 0;
        for block in rows.chunks(block) {
            let lists: Vec<_> = block
                .par_iter()
                .with_min_len(8)
                .map_init(
                    || (Sums::default(), Vec::new()),
                    |(sums, alike), row| {
                        self.alike(*row, sums, alike);
                        keep(alike);
                        alike.clone()
                    },
                )
                .collect();
            for list in lists {
                neighbours.push(&list);
            }
            done += block.len();
            if !watch.step(done, rows.len(), None) {
                return Err(Error::Interrupted);
            }
        }
        Ok(neighbours)
    }

    fn alike(&self, row: u32, sums: &mut Sums, alike: &mut Vec<(u32, f32)>) {
        alike.clear();
        self.compare(self.rows.row(row), sums, |other, similarity| {
            if other != row && similarity > 0.0 {
                alike.push((other, similarity));
            }
        });
    }
}

fn mean(row: Row<'_>) -> f32 {
    let sum: f64 = row.values.iter().map(|value| f64::from(*value)).sum();
    if row.is_empty() { 0.0 } else { (sum / row.len() as f64) as f32 }
}

fn inverse_length(row: Row<'_>) -> f32 {
    let square: f64 = row.values.iter().map(|value| f64::from(*value) * f64::from(*value)).sum();
    if square > 0.0 { (1.0 / square.sqrt()) as f32 } else { 0.0 }
}

#[cfg(test)]
mod tests;
