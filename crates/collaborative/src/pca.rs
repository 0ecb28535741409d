use faer::{Mat, Side};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;

use crate::kmeans::Points;
use crate::{Error, RatingMatrix, Watch};

/// How many directions are followed to find the first two: the more, the sooner these stand still.
const DIRECTIONS: usize = 10;
const MAX_ITERATIONS: usize = 500;
/// The directions stand still when their shares of the variance change less than this.
const TOLERANCE: f64 = 1e-12;
const SEED: u64 = 0;

/// The two directions along which the users of a matrix, standardised as for [`KMeans`](crate::KMeans), differ most.
#[derive(Debug, Clone, PartialEq)]
pub struct Pca {
    /// Where each user lies along both.
    pub points: Vec<[f64; 2]>,
    /// The directions by item, of length 1 or, where the users do not differ so much, 0. The largest of each is positive.
    pub components: [Vec<f64>; 2],
    /// The share of all variance that lies along each.
    pub explained: [f64; 2],
}

/// Vectors as long as one side of the matrix.
type Block = Vec<Vec<f64>>;

impl Pca {
    /// Finds the directions by subspace iteration, which multiplies by the sparse matrix and its transpose alone.
    ///
    /// # Errors
    /// When there are no ratings, or the watch stops it.
    pub fn fit(matrix: &RatingMatrix, watch: &mut dyn Watch) -> Result<Self, Error> {
        if matrix.is_empty() {
            return Err(Error::NoRatings);
        }
        let points = Points::new(matrix);
        let directions = DIRECTIONS.min(points.len()).min(points.width());
        let mut rng = ChaCha8Rng::seed_from_u64(SEED);
        let mut axes: Block = (0..directions)
            .map(|_| (0..points.width()).map(|_| StandardNormal.sample(&mut rng)).collect())
            .collect();
        orthonormalise(&mut axes);
        let mut former = vec![0.0; directions];
        let variance = total_variance(&points);
        for iteration in 1..=MAX_ITERATIONS {
            let projected = project(&points, &axes);
            let values = turn_to_principal(&mut axes, &projected);
            let moved = values.iter().zip(&former).take(2).map(|(one, other)| (one - other).abs());
            let is_still = moved.fold(0.0, f64::max) <= TOLERANCE * variance;
            former = values;
            if is_still {
                break;
            }
            if !watch.step(iteration, MAX_ITERATIONS, None) {
                return Err(Error::Interrupted);
            }
            axes = gather(&points, &project(&points, &axes));
            orthonormalise(&mut axes);
        }
        axes.resize(2, vec![0.0; points.width()]);
        fix_signs(&mut axes);
        let projected = project(&points, &axes);
        let explained = [0, 1].map(|axis| match variance {
            0.0 => 0.0,
            variance => dot(&projected[axis], &projected[axis]) / variance,
        });
        let [first, second] = [0, 1].map(|axis| std::mem::take(&mut axes[axis]));
        Ok(Self {
            points: projected[0].iter().zip(&projected[1]).map(|(x, y)| [*x, *y]).collect(),
            components: [first, second],
            explained,
        })
    }
}

/// The standardised matrix times each axis.
fn project(points: &Points<'_>, axes: &Block) -> Block {
    let along = |axis: &Vec<f64>| {
        let shift: f64 = axis.iter().enumerate().map(|(item, place)| place * points.shift(item)).sum();
        let place =
            |user: u32| points.places(user).map(|(item, value)| value * axis[item]).sum::<f64>() - shift;
        (0..points.len() as u32).into_par_iter().map(place).collect()
    };
    axes.iter().map(along).collect()
}

/// The transposed standardised matrix times each vector of user places.
fn gather(points: &Points<'_>, users: &Block) -> Block {
    let of = |places: &Vec<f64>| {
        let sum: f64 = places.iter().sum();
        let axis = |item: u32| {
            let product: f64 = points.places_on(item).map(|(user, value)| value * places[user]).sum();
            product - points.shift(item as usize) * sum
        };
        (0..points.width() as u32).into_par_iter().map(axis).collect()
    };
    users.iter().map(of).collect()
}

/// Turns the axes within the space that they span so that the variance lies along the first as far as it can, then along
/// the second, and so on; returns these variances, times the number of users.
fn turn_to_principal(axes: &mut Block, projected: &Block) -> Vec<f64> {
    let size = axes.len();
    let products = Mat::from_fn(size, size, |row, column| dot(&projected[row], &projected[column]));
    let Ok(decomposed) = products.self_adjoint_eigen(Side::Lower) else {
        // Only numbers that are not finite have no decomposition, and ratings are finite.
        return vec![0.0; size];
    };
    // The values come in ascending order.
    let (values, vectors) = (decomposed.S().column_vector(), decomposed.U());
    let mut turned = vec![vec![0.0; axes[0].len()]; size];
    for (place, axis) in turned.iter_mut().enumerate() {
        for (row, source) in axes.iter().enumerate() {
            let share = vectors[(row, size - 1 - place)];
            for (sum, value) in axis.iter_mut().zip(source) {
                *sum += share * value;
            }
        }
    }
    *axes = turned;
    (0..size).map(|place| values[size - 1 - place]).collect()
}

/// Makes the vectors perpendicular and of length 1. One that the earlier ones span becomes 0.
fn orthonormalise(vectors: &mut Block) {
    for number in 0..vectors.len() {
        let (earlier, rest) = vectors.split_at_mut(number);
        let vector = &mut rest[0];
        let before = dot(vector, vector).sqrt();
        // What rounding leaves of the earlier vectors the first time, the second takes away.
        for _ in 0..2 {
            for other in earlier.iter() {
                let product = dot(vector, other);
                for (value, other) in vector.iter_mut().zip(other) {
                    *value -= product * other;
                }
            }
        }
        let length = dot(vector, vector).sqrt();
        let scale = if length > before * 1e-10 { 1.0 / length } else { 0.0 };
        for value in vector.iter_mut() {
            *value *= scale;
        }
    }
}

fn fix_signs(axes: &mut Block) {
    for axis in axes {
        let mut largest = 0.0_f64;
        for value in axis.iter() {
            // Places that only rounding tells apart must not decide.
            if value.abs() > largest.abs() * (1.0 + 1e-6) {
                largest = *value;
            }
        }
        if largest < 0.0 {
            for value in axis {
                *value = -*value;
            }
        }
    }
}

/// The sum of the squared lengths of all points: each axis on which users differ has a deviation of 1.
fn total_variance(points: &Points<'_>) -> f64 {
    let on_axis = |item: u32| {
        let shift = points.shift(item as usize);
        let (mut squares, mut rated) = (0.0, 0);
        for (_, place) in points.places_on(item) {
            squares += (place - shift).powi(2);
            rated += 1;
        }
        squares + (points.len() - rated) as f64 * shift * shift
    };
    (0..points.width() as u32).map(on_axis).sum()
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The variances of the standardised table along all its principal axes, largest first, by a full decomposition.
    fn variances(matrix: &RatingMatrix) -> Vec<f64> {
        let points = Points::new(matrix);
        let table = Mat::from_fn(points.len(), points.width(), |user, item| {
            let row = points.places(user as u32).find(|(place, _)| *place == item);
            row.map_or(0.0, |(_, value)| value) - points.shift(item)
        });
        let mut values = (table.transpose() * &table).self_adjoint_eigenvalues(Side::Lower).unwrap();
        values.reverse();
        values
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]

        #[test]
        fn it_explains_as_much_as_a_full_decomposition(
            ratings in prop::collection::vec((0_u32..25, 1_u32..20, 0.5_f32..5.0), 1..250),
        ) {
            let matrix = RatingMatrix::new(25, 19, ratings.into_iter());
            let pca = Pca::fit(&matrix, &mut ()).unwrap();
            let variances = variances(&matrix);
            let total: f64 = variances.iter().sum();
            for (axis, variance) in variances.iter().enumerate().take(2) {
                prop_assert!((pca.explained[axis] - variance / total).abs() < 1e-6);
                let length = dot(&pca.components[axis], &pca.components[axis]);
                prop_assert!((length - 1.0).abs() < 1e-9 || length == 0.0 && pca.explained[axis] < 1e-6);
                let mean: f64 = pca.points.iter().map(|point| point[axis]).sum::<f64>() / 25.0;
                prop_assert!(mean.abs() < 1e-9);
            }
            prop_assert!(dot(&pca.components[0], &pca.components[1]).abs() < 1e-9);
            prop_assert_eq!(Pca::fit(&matrix, &mut ()).unwrap(), pca);
        }
    }

    #[test]
    fn users_who_do_not_differ_lie_in_one_place() {
        let same = RatingMatrix::new(2, 2, [(0, 1, 3.0), (1, 1, 3.0)].into_iter());
        let pca = Pca::fit(&same, &mut ()).unwrap();
        assert_eq!((pca.points, pca.explained), (vec![[0.0, 0.0]; 2], [0.0, 0.0]));
        let alone = RatingMatrix::new(1, 1, [(0, 1, 3.0)].into_iter());
        assert_eq!(Pca::fit(&alone, &mut ()).unwrap().points, [[0.0, 0.0]]);
        let two = RatingMatrix::new(2, 2, [(0, 1, 3.0), (1, 2, 1.0)].into_iter());
        let pca = Pca::fit(&two, &mut ()).unwrap();
        assert!((pca.explained[0] - 1.0).abs() < 1e-12 && pca.explained[1] < 1e-12);
    }
}
