use crate::factors::Factors;
use crate::matrix::Row;
use crate::vectors::{add_scaled, dot};

/// All that the best vector of one row depends on. It minimises the squared products with the vectors of all others, where
/// 0 is wanted, and for each rating the squared distance from 1 with its own weight instead.
pub(crate) struct IalsRow<'a> {
    pub(crate) others: &'a Factors,
    /// The products of the others' columns.
    pub(crate) gram: &'a [f32],
    pub(crate) ratings: Row<'a>,
    /// By how much each rating weighs more than none, in the order of the ratings.
    pub(crate) extra: &'a [f32],
    /// What the square of each part of the vector costs.
    pub(crate) penalty: f32,
}

/// Room for the steps of one row after the other.
#[derive(Debug, Default)]
pub(crate) struct Descent {
    downhill: Vec<f32>,
    direction: Vec<f32>,
    product: Vec<f32>,
}

/// Where so little slope is left, squared, rounding decides on the next step.
const LEVEL: f32 = 1e-20;

impl IalsRow<'_> {
    fn weighted(&self) -> impl Iterator<Item = (&[f32], f32)> {
        self.ratings.indices.iter().zip(self.extra).map(|(other, extra)| (self.others.row(*other), *extra))
    }

    /// Fills `product` with half the slope at `vector`, without the ratings' part. The products of columns are the same
    /// either way round, so that rows may be added up, which is faster than to sum each one.
    #[inline(always)]
    fn common(&self, vector: &[f32], product: &mut [f32]) {
        for (place, value) in product.iter_mut().zip(vector) {
            *place = self.penalty * value;
        }
        for (row, value) in self.gram.chunks_exact(vector.len()).zip(vector) {
            add_scaled(product, *value, row);
        }
    }
}

impl Descent {
    /// Lets the vector go some steps of conjugate gradients towards the best one, and returns what it costs then. Solving
    /// for the best takes the cube of its width; these steps, from where the last round has left it, are as good as that
    /// after a few rounds.
    #[inline(always)]
    pub(crate) fn improve(&mut self, row: &IalsRow<'_>, vector: &mut [f32], steps: usize) -> f64 {
        let Self { downhill, direction, product } = self;
        for room in [&mut *downhill, direction, product] {
            room.clear();
            room.resize(vector.len(), 0.0);
        }
        row.common(vector, product);
        let mut cost = f64::from(dot(vector, product));
        add_scaled(downhill, -1.0, product);
        for (other, extra) in row.weighted() {
            let found = dot(vector, other);
            cost += f64::from((1.0 + extra) * (1.0 - found).powi(2) - found * found);
            add_scaled(downhill, 1.0 + extra - extra * found, other);
        }
        direction.copy_from_slice(downhill);
        let mut square = dot(downhill, downhill);
        for _ in 0..steps {
            if square < LEVEL {
                break;
            }
            row.common(direction, product);
            for (other, extra) in row.weighted() {
                add_scaled(product, extra * dot(direction, other), other);
            }
            let length = square / dot(direction, product);
            add_scaled(vector, length, direction);
            add_scaled(downhill, -length, product);
            cost -= f64::from(length * square);
            let former = square;
            square = dot(downhill, downhill);
            for (direction, downhill) in direction.iter_mut().zip(&*downhill) {
                *direction = downhill + square / former * *direction;
            }
        }
        cost
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::least_squares::LeastSquares;

    const WIDTH: usize = 4;

    proptest! {
        #[test]
        fn every_step_costs_less_and_as_many_as_the_vector_has_parts_reach_the_best(
            others in prop::collection::vec(-1.0_f32..1.0, 9 * WIDTH),
            extra in prop::collection::vec(0.1_f32..5.0, 0..9),
            start in prop::collection::vec(-1.0_f32..1.0, WIDTH),
        ) {
            let others = Factors { width: WIDTH, values: others };
            let gram: Vec<f32> = (0..WIDTH * WIDTH)
                .map(|place| others.rows().map(|row| row[place / WIDTH] * row[place % WIDTH]).sum())
                .collect();
            let indices: Vec<u32> = (0..extra.len() as u32).collect();
            let ratings = Row { indices: &indices, values: &extra };
            let row = IalsRow { others: &others, gram: &gram, ratings, extra: &extra, penalty: 0.5 };

            let mut problem = LeastSquares::new(WIDTH);
            for (other, extra) in row.weighted() {
                let root = extra.sqrt();
                let place = problem.push((1.0 + extra) / root);
                add_scaled(place, root, other);
            }
            let best = problem.solve_beside(&gram, 0.5);

            let cost_at = |vector: &[f32]| Descent::default().improve(&row, &mut vector.to_vec(), 0);
            let mut last = cost_at(&start);
            for steps in 1..=WIDTH + 1 {
                let mut vector = start.clone();
                let cost = Descent::default().improve(&row, &mut vector, steps);
                prop_assert!(cost <= last + 1e-4, "{cost} after {last}");
                prop_assert!((cost - cost_at(&vector)).abs() < 1e-3 * (1.0 + cost.abs()));
                last = cost;
            }
            prop_assert!((last - cost_at(best)).abs() < 1e-3 * (1.0 + last.abs()), "{last} {}", cost_at(best));
        }
    }
}
