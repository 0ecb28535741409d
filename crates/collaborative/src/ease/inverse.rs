use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, MatRef, Par};
use rayon::prelude::*;

use crate::{Error, Watch};

/// The lower half of a symmetric matrix, in square tiles.
///
/// Every tile is computed by one thread in one order, so that the bits do not depend on how many threads there are.
#[derive(Debug)]
pub(super) struct SymmetricTiles {
    size: usize,
    tile: usize,
    /// Those of row `i` are the tiles of columns 0 to `i`.
    rows: Vec<Vec<Mat<f64>>>,
}

impl SymmetricTiles {
    pub fn zeros(size: usize, tile: usize) -> Self {
        let height = |row: usize| tile.min(size - row * tile);
        let rows = (0..size.div_ceil(tile))
            .map(|row| (0..=row).map(|column| Mat::zeros(height(row), height(column))).collect())
            .collect();
        Self { size, tile, rows }
    }

    pub fn size(&self) -> usize {
        self.size
    }

    pub fn get(&self, row: usize, column: usize) -> f64 {
        let (row, column) = (row.max(column), row.min(column));
        self.rows[row / self.tile][column / self.tile][(row % self.tile, column % self.tile)]
    }

    /// Fills the lower half, rows in parallel: `fill` is called with each row's number and a function that adds a value
    /// at a column up to that number.
    pub fn fill(&mut self, fill: impl Fn(usize, &mut dyn FnMut(usize, f64)) + Sync) {
        let tile = self.tile;
        self.rows.par_iter_mut().enumerate().for_each(|(tile_row, tiles)| {
            for place in 0..tiles[0].nrows() {
                fill(tile_row * tile + place, &mut |column, value| {
                    tiles[column / tile][(place, column % tile)] += value;
                });
            }
        });
    }

    /// Puts the inverse with all signs changed in the place of the matrix, which must be positive definite.
    ///
    /// Sweeps one tile of the diagonal after another, which takes as many multiplications as the size to the third power
    /// divided by two, and no memory beyond two columns of tiles.
    pub fn invert_negated(&mut self, watch: &mut dyn Watch) -> Result<(), Error> {
        let steps = self.rows.len();
        for step in 0..steps {
            self.sweep(step);
            if !watch.step(step + 1, steps, None) {
                return Err(Error::Interrupted);
            }
        }
        Ok(())
    }

    /// With the swept tile P and the tiles C beside it: P becomes -1/P, C becomes C/P, and the others lose C/P C'.
    fn sweep(&mut self, step: usize) {
        sweep_whole(&mut self.rows[step][step]);
        let pivot = &self.rows[step][step];
        let beside: Vec<Mat<f64>> = (0..self.rows.len())
            .map(|row| {
                if row < step {
                    self.rows[step][row].transpose().to_owned()
                } else {
                    self.rows[row][step].clone()
                }
            })
            .collect();
        let divided: Vec<Mat<f64>> =
            beside.par_iter().map(|tile| product(tile.as_ref(), pivot.as_ref(), -1.0)).collect();
        self.rows.par_iter_mut().enumerate().filter(|(row, _)| *row != step).for_each(|(row, tiles)| {
            tiles.par_iter_mut().enumerate().filter(|(column, _)| *column != step).for_each(
                |(column, tile)| {
                    matmul(
                        tile.as_mut(),
                        Accum::Add,
                        divided[row].as_ref(),
                        beside[column].transpose(),
                        -1.0,
                        Par::Seq,
                    );
                },
            );
        });
        for (row, divided) in divided.into_iter().enumerate() {
            if row < step {
                self.rows[step][row] = divided.transpose().to_owned();
            } else if row > step {
                self.rows[row][step] = divided;
            }
        }
    }
}

fn product(one: MatRef<'_, f64>, two: MatRef<'_, f64>, scale: f64) -> Mat<f64> {
    let mut product = Mat::zeros(one.nrows(), two.ncols());
    matmul(product.as_mut(), Accum::Replace, one, two, scale, Par::Seq);
    product
}

/// Puts the inverse of a positive definite matrix with all signs changed in its place.
fn sweep_whole(matrix: &mut Mat<f64>) {
    let size = matrix.nrows();
    for step in 0..size {
        let pivot = 1.0 / matrix[(step, step)];
        let beside: Vec<f64> = (0..size).map(|row| matrix[(row, step)]).collect();
        for column in (0..size).filter(|column| *column != step) {
            let factor = beside[column] * pivot;
            let column = matrix.col_as_slice_mut(column);
            for (value, beside) in column.iter_mut().zip(&beside) {
                *value -= beside * factor;
            }
            column[step] = factor;
        }
        let column = matrix.col_as_slice_mut(step);
        for (value, beside) in column.iter_mut().zip(&beside) {
            *value = beside * pivot;
        }
        column[step] = -pivot;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_inverse_times_the_matrix_is_the_identity(
            size in 1_usize..14,
            tile in 1_usize..6,
            values in prop::collection::vec(-1.0_f64..1.0, 14 * 14),
        ) {
            // A A' + 1 is positive definite.
            let entry = |row: usize, column: usize| {
                let product: f64 = (0..14).map(|place| values[row * 14 + place] * values[column * 14 + place]).sum();
                product + if row == column { 1.0 } else { 0.0 }
            };
            let mut tiles = SymmetricTiles::zeros(size, tile);
            tiles.fill(|row, add| (0..=row).for_each(|column| add(column, entry(row, column))));
            tiles.invert_negated(&mut ()).unwrap();
            for row in 0..size {
                for column in 0..size {
                    let product: f64 =
                        (0..size).map(|place| -tiles.get(row, place) * entry(place, column)).sum();
                    let expected = if row == column { 1.0 } else { 0.0 };
                    prop_assert!((product - expected).abs() < 1e-9);
                }
            }
        }
    }
}
