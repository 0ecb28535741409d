use rayon::prelude::*;

use crate::{RatingMatrix, Rows};

/// Below this share of its mean, a deviation is rounding.
const ROUNDING: f64 = 1e-9;

/// The users as points: an axis for each item, on which stars are counted from their mean over all users, in deviations.
///
/// Distances do not change when all points move alike, so only stars over deviation, which is 0 where nothing was
/// rated, is ever computed; the mean is taken off at the end.
pub(crate) struct Points<'a> {
    users: &'a Rows,
    items: &'a Rows,
    pub means: Vec<f64>,
    /// 1 where all users are alike.
    pub deviations: Vec<f64>,
    scales: Vec<f64>,
    /// The squared length of each point before the mean is taken off.
    norms: Vec<f64>,
}

/// Which centre each point is nearest to, and the square of how far.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Assignment {
    pub labels: Vec<u32>,
    pub distances: Vec<f64>,
}

impl<'a> Points<'a> {
    pub fn new(matrix: &'a RatingMatrix) -> Self {
        let (users, items) = (matrix.users(), matrix.items());
        let count = f64::from(matrix.user_count());
        let moments: Vec<(f64, f64)> = items.iter().map(|row| moments(row.values, count)).collect();
        let (means, deviations): (Vec<f64>, Vec<f64>) = moments.into_iter().unzip();
        let scales: Vec<f64> = deviations.iter().map(|deviation| 1.0 / deviation).collect();
        let mut points = Self { users, items, means, deviations, scales, norms: Vec::new() };
        points.norms = (0..users.len() as u32)
            .map(|user| points.places(user).map(|(_, place)| place * place).sum())
            .collect();
        points
    }

    pub fn len(&self) -> usize {
        self.users.len()
    }

    /// How many axes there are, the unused one of item 0 included.
    pub fn width(&self) -> usize {
        self.items.len()
    }

    /// Where a point is not 0 before the mean is taken off.
    pub fn places(&self, user: u32) -> impl Iterator<Item = (usize, f64)> {
        let row = self.users.row(user).iter();
        row.map(|(item, stars)| (item as usize, f64::from(stars) * self.scales[item as usize]))
    }

    /// The same entries by axis.
    pub fn places_on(&self, item: u32) -> impl Iterator<Item = (usize, f64)> {
        let scale = self.scales[item as usize];
        self.items.row(item).iter().map(move |(user, stars)| (user as usize, f64::from(stars) * scale))
    }

    /// What is taken off on an axis.
    pub fn shift(&self, item: usize) -> f64 {
        self.means[item] * self.scales[item]
    }

    /// The squared distance of every point from one of them: exactly 0 for those in the same place.
    pub(super) fn distances_from(&self, user: u32) -> Vec<f64> {
        let mut centre = vec![0.0; self.width()];
        for (item, place) in self.places(user) {
            centre[item] = place;
        }
        let norm = self.norms[user as usize];
        let distance = |other: u32| {
            let product: f64 = self.places(other).map(|(item, place)| place * centre[item]).sum();
            (self.norms[other as usize] - 2.0 * product + norm).max(0.0)
        };
        (0..self.len() as u32).into_par_iter().map(distance).collect()
    }

    /// The mean of each cluster's points before the shift, axis after axis with all clusters side by side. Each axis is
    /// summed by one thread in the order of the users.
    pub(super) fn centres(&self, labels: &[u32], clusters: usize) -> Vec<f64> {
        let mut sizes = vec![0.0; clusters];
        for label in labels {
            sizes[*label as usize] += 1.0;
        }
        let mut centres = vec![0.0; self.width() * clusters];
        centres.par_chunks_mut(clusters).enumerate().for_each(|(item, centres)| {
            for (user, place) in self.places_on(item as u32) {
                centres[labels[user] as usize] += place;
            }
            for (place, size) in centres.iter_mut().zip(&sizes) {
                *place /= size;
            }
        });
        centres
    }

    /// The nearest of the centres for each point; of equals the first.
    pub(super) fn assign(&self, centres: &[f64], clusters: usize) -> Assignment {
        let mut norms = vec![0.0; clusters];
        for places in centres.chunks(clusters) {
            for (norm, place) in norms.iter_mut().zip(places) {
                *norm += place * place;
            }
        }
        let nearest = |products: &mut Vec<f64>, user: u32| {
            products.fill(0.0);
            for (item, place) in self.places(user) {
                let centres = &centres[item * clusters..][..clusters];
                for (product, centre) in products.iter_mut().zip(centres) {
                    *product += place * centre;
                }
            }
            let (mut label, mut least) = (0, f64::INFINITY);
            for (cluster, (product, norm)) in (0_u32..).zip(products.iter().zip(&norms)) {
                let distance = norm - 2.0 * product;
                if distance < least {
                    (label, least) = (cluster, distance);
                }
            }
            (label, (self.norms[user as usize] + least).max(0.0))
        };
        let (labels, distances) =
            (0..self.len() as u32).into_par_iter().map_init(|| vec![0.0; clusters], nearest).unzip();
        Assignment { labels, distances }
    }

    /// The centres with the mean taken off, cluster after cluster.
    pub(super) fn standardised(&self, centres: &[f64], clusters: usize) -> Vec<f32> {
        let width = self.width();
        let mut standardised = vec![0.0; centres.len()];
        for (item, places) in centres.chunks(clusters).enumerate() {
            for (cluster, place) in places.iter().enumerate() {
                standardised[cluster * width + item] = (place - self.shift(item)) as f32;
            }
        }
        standardised
    }
}

/// Mean and deviation over `count` users, of whom those not among `values` have 0.
fn moments(values: &[f32], count: f64) -> (f64, f64) {
    let sum: f64 = values.iter().map(|value| f64::from(*value)).sum();
    let mean = sum / count.max(1.0);
    let squares: f64 = values.iter().map(|value| (f64::from(*value) - mean).powi(2)).sum();
    let variance = (squares + (count - values.len() as f64) * mean * mean) / count.max(1.0);
    let deviation = variance.sqrt();
    (mean, if deviation > mean.abs() * ROUNDING { deviation } else { 1.0 })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn who_has_not_rated_counts_as_zero_stars() {
        assert_eq!(moments(&[4.0, 4.0], 4.0), (2.0, 2.0));
        assert_eq!(moments(&[3.0, 3.0], 2.0), (3.0, 1.0));
        assert_eq!(moments(&[0.1, 0.1, 0.1], 3.0).1, 1.0);
        assert_eq!(moments(&[], 3.0), (0.0, 1.0));
    }

    proptest! {
        #[test]
        fn distances_are_those_of_the_standardised_table(
            ratings in prop::collection::vec((0_u32..6, 1_u32..9, 0.5_f32..5.0), 1..30),
            labels in prop::collection::vec(0_u32..3, 6),
        ) {
            let matrix = RatingMatrix::new(6, 8, ratings.into_iter());
            let points = Points::new(&matrix);
            let table: Vec<Vec<f64>> = (0..6).map(|user| {
                let mut row: Vec<f64> = (0..9).map(|item| -points.means[item] / points.deviations[item]).collect();
                for (item, stars) in matrix.users().row(user).iter() {
                    row[item as usize] += f64::from(stars) / points.deviations[item as usize];
                }
                row
            }).collect();
            let distance = |one: &[f64], other: &[f64]| -> f64 {
                one.iter().zip(other).map(|(one, other)| (one - other).powi(2)).sum()
            };
            for user in 0..6 {
                for (other, found) in points.distances_from(user).into_iter().enumerate() {
                    prop_assert!((found - distance(&table[user as usize], &table[other])).abs() < 1e-9);
                }
            }
            prop_assume!((0..3).all(|cluster| labels.contains(&cluster)));
            let centres = points.centres(&labels, 3);
            let standardised = points.standardised(&centres, 3);
            let assigned = points.assign(&centres, 3);
            for (user, row) in table.iter().enumerate() {
                let to = |cluster: usize| {
                    let centre: Vec<f64> =
                        standardised[cluster * 9..][..9].iter().map(|place| f64::from(*place)).collect();
                    distance(row, &centre)
                };
                let least = (0..3).map(to).fold(f64::INFINITY, f64::min);
                prop_assert!((assigned.distances[user] - least).abs() < 1e-4);
                prop_assert!((to(assigned.labels[user] as usize) - least).abs() < 1e-4);
            }
        }
    }
}
