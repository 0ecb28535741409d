use faer::linalg::matmul::triangular::{self, BlockStructure};
use faer::{Accum, MatMut, MatRef, Par};

use crate::vectors::{add_scaled, dot, with_wide_registers};

/// What a pivot is at least, as a part of its diagonal: rounding may leave nothing of a direction that hardly counts.
const SMALLEST_PIVOT: f32 = 1e-6;

/// Finds the vector that comes nearest to the targets of some rows, with a penalty on the square of each of its parts.
/// The room is used again from one problem to the next.
#[derive(Debug)]
pub(crate) struct LeastSquares {
    width: usize,
    rows: Vec<f32>,
    targets: Vec<f32>,
    matrix: Vec<f32>,
    solution: Vec<f32>,
}

impl LeastSquares {
    pub(crate) fn new(width: usize) -> Self {
        Self { width, rows: Vec::new(), targets: Vec::new(), matrix: Vec::new(), solution: vec![0.0; width] }
    }

    pub(crate) fn clear(&mut self) {
        self.rows.clear();
        self.targets.clear();
    }

    /// Adds a target and gives the place for its row, which holds zeros.
    pub(crate) fn push(&mut self, target: f32) -> &mut [f32] {
        self.targets.push(target);
        let start = self.rows.len();
        self.rows.resize(start + self.width, 0.0);
        &mut self.rows[start..]
    }

    /// Minimises Σ (target - row·x)² + Σ penalty x², all penalties above 0.
    pub(crate) fn solve(&mut self, penalties: &[f32]) -> &[f32] {
        if self.targets.len() < self.width {
            self.solve_by_targets(penalties);
        } else {
            self.matrix.clear();
            self.matrix.resize(self.width * self.width, 0.0);
            self.solve_by_columns(|place| penalties[place]);
        }
        &self.solution
    }

    /// Minimises xᵀ gram x + Σ (target - row·x)² + penalty Σ x².
    pub(crate) fn solve_beside(&mut self, gram: &[f32], penalty: f32) -> &[f32] {
        self.matrix.clear();
        self.matrix.extend_from_slice(gram);
        self.solve_by_columns(|_| penalty);
        &self.solution
    }

    fn solve_by_columns(&mut self, penalty: impl Fn(usize) -> f32) {
        let rows = MatRef::from_row_major_slice(&self.rows, self.targets.len(), self.width);
        let matrix = MatMut::from_row_major_slice_mut(&mut self.matrix, self.width, self.width);
        add_product(matrix, rows.transpose(), rows);
        for place in 0..self.width {
            self.matrix[place * (self.width + 1)] += penalty(place);
        }
        self.solution.fill(0.0);
        for (row, target) in self.rows.chunks_exact(self.width).zip(&self.targets) {
            add_scaled(&mut self.solution, *target, row);
        }
        with_wide_registers(|| solve_symmetric(&mut self.matrix, &mut self.solution));
    }

    /// With fewer targets than unknowns it is quicker to find how much each row takes part in the solution.
    fn solve_by_targets(&mut self, penalties: &[f32]) {
        for row in self.rows.chunks_exact_mut(self.width) {
            for (value, penalty) in row.iter_mut().zip(penalties) {
                *value /= penalty.sqrt();
            }
        }
        let count = self.targets.len();
        self.matrix.clear();
        self.matrix.resize(count * count, 0.0);
        let rows = MatRef::from_row_major_slice(&self.rows, count, self.width);
        add_product(MatMut::from_row_major_slice_mut(&mut self.matrix, count, count), rows, rows.transpose());
        for place in 0..count {
            self.matrix[place * (count + 1)] += 1.0;
        }
        let mut parts = self.targets.clone();
        with_wide_registers(|| solve_symmetric(&mut self.matrix, &mut parts));
        self.solution.fill(0.0);
        for (row, part) in self.rows.chunks_exact(self.width).zip(&parts) {
            add_scaled(&mut self.solution, *part, row);
        }
        for (value, penalty) in self.solution.iter_mut().zip(penalties) {
            *value /= penalty.sqrt();
        }
    }
}

/// Only the lower triangle is made, as nobody reads the other.
fn add_product(matrix: MatMut<'_, f32>, left: MatRef<'_, f32>, right: MatRef<'_, f32>) {
    let (lower, full) = (BlockStructure::TriangularLower, BlockStructure::Rectangular);
    triangular::matmul(matrix, lower, Accum::Add, left, full, right, full, 1.0, Par::Seq);
}

/// Puts the solution in place of the right side, by Cholesky's factors of the lower triangle.
#[inline(always)]
fn solve_symmetric(matrix: &mut [f32], right: &mut [f32]) {
    let width = right.len();
    for row in 0..width {
        let (above, own) = matrix.split_at_mut(row * width);
        for (column, other) in above.chunks_exact(width).enumerate() {
            own[column] = (own[column] - dot(&own[..column], &other[..column])) / other[column];
        }
        let floor = SMALLEST_PIVOT * own[row];
        own[row] = (own[row] - dot(&own[..row], &own[..row])).max(floor).sqrt();
        right[row] = (right[row] - dot(&own[..row], &right[..row])) / own[row];
    }
    for row in (0..width).rev() {
        let own = &matrix[row * width..][..=row];
        right[row] /= own[row];
        let solved = right[row];
        add_scaled(&mut right[..row], -solved, &own[..row]);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Half the slope of what is minimised, which is 0 at the solution.
    fn slope(rows: &[(Vec<f32>, f32)], gram: &[f32], penalties: &[f32], solution: &[f32]) -> Vec<f32> {
        let width = solution.len();
        let mut slope: Vec<f32> = (0..width)
            .map(|place| penalties[place] * solution[place] + dot(&gram[place * width..][..width], solution))
            .collect();
        for (row, target) in rows {
            add_scaled(&mut slope, dot(row, solution) - target, row);
        }
        slope
    }

    proptest! {
        #[test]
        fn no_step_from_the_solution_is_better(
            rows in prop::collection::vec((prop::collection::vec(-1.0_f32..1.0, 5), -2.0_f32..2.0), 0..14),
            penalties in prop::collection::vec(0.1_f32..2.0, 5),
        ) {
            let mut problem = LeastSquares::new(5);
            let fill = |problem: &mut LeastSquares| {
                problem.clear();
                for (row, target) in &rows {
                    problem.push(*target).copy_from_slice(row);
                }
            };
            fill(&mut problem);
            let nothing = [0.0; 25];
            let found = slope(&rows, &nothing, &penalties, problem.solve(&penalties));
            prop_assert!(found.iter().all(|slope| slope.abs() < 1e-4), "{found:?}");

            fill(&mut problem);
            let mut gram = [0.5; 25];
            for place in 0..5 {
                gram[place * 6] = 1.0;
            }
            let found = slope(&rows, &gram, &[0.3; 5], problem.solve_beside(&gram, 0.3));
            prop_assert!(found.iter().all(|slope| slope.abs() < 1e-4), "{found:?}");
        }
    }
}
