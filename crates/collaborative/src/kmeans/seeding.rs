use rand::{Rng, RngExt};

use super::Points;
use super::points::Assignment;

/// Chooses up to `clusters` points, each by chance in proportion to its squared distance from those chosen before
/// (k-means++), and gives every point to the nearest of them. No two are in the same place.
pub(super) fn spread_out(points: &Points<'_>, clusters: usize, rng: &mut impl Rng) -> (Assignment, usize) {
    let mut chosen = rng.random_range(0..points.len() as u32);
    let mut assignment =
        Assignment { labels: vec![0; points.len()], distances: points.distances_from(chosen) };
    for cluster in 1..clusters {
        let total: f64 = assignment.distances.iter().sum();
        if total <= 0.0 {
            return (assignment, cluster);
        }
        chosen = pick(&assignment.distances, rng.random::<f64>() * total);
        for (user, distance) in points.distances_from(chosen).into_iter().enumerate() {
            if distance < assignment.distances[user] {
                assignment.distances[user] = distance;
                assignment.labels[user] = cluster as u32;
            }
        }
    }
    (assignment, clusters)
}

/// The point at which the sum of the distances passes `target`; never one at a distance of 0.
fn pick(distances: &[f64], target: f64) -> u32 {
    let mut sum = 0.0;
    let mut last = 0;
    for (user, distance) in (0_u32..).zip(distances) {
        if *distance == 0.0 {
            continue;
        }
        last = user;
        sum += distance;
        if sum > target {
            break;
        }
    }
    last
}
