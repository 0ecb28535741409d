use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::points::{Assignment, Points};
use super::{KMeansSettings, seeding};
use crate::{Error, Watch};

pub(super) struct Clustering {
    pub labels: Vec<u32>,
    /// As [`Points::centres`] has them.
    pub centres: Vec<f64>,
    pub count: usize,
    pub spread: f64,
}

/// The tightest clustering of all starts; of equals the first.
pub(super) fn cluster(
    points: &Points<'_>,
    settings: &KMeansSettings,
    watch: &mut dyn Watch,
) -> Result<Clustering, Error> {
    let mut best = start(points, settings, 0, watch)?;
    for number in 1..settings.starts {
        let next = start(points, settings, number, watch)?;
        if next.spread < best.spread {
            best = next;
        }
    }
    Ok(best)
}

/// Moves the centres to the middle of their points, and gives points to the nearest centre, until neither changes.
fn start(
    points: &Points<'_>,
    settings: &KMeansSettings,
    number: usize,
    watch: &mut dyn Watch,
) -> Result<Clustering, Error> {
    let mut rng = ChaCha8Rng::seed_from_u64(settings.seed);
    rng.set_stream(number as u64);
    let (mut assignment, count) = seeding::spread_out(points, settings.clusters, &mut rng);
    let mut spread = f64::INFINITY;
    let mut iteration = 0;
    loop {
        fill_empty(&mut assignment, count);
        let centres = points.centres(&assignment.labels, count);
        let next = points.assign(&centres, count);
        let next_spread: f64 = next.distances.iter().sum();
        iteration += 1;
        let is_settled = next.labels == assignment.labels
            || spread - next_spread <= settings.tolerance * next_spread
            || iteration == settings.max_iterations;
        (assignment, spread) = (next, next_spread);
        let done =
            number * settings.max_iterations + if is_settled { settings.max_iterations } else { iteration };
        if !watch.step(done, settings.starts * settings.max_iterations, Some(spread)) {
            return Err(Error::Interrupted);
        }
        if is_settled {
            return Ok(Clustering { labels: assignment.labels, centres, count, spread });
        }
    }
}

/// Gives each cluster that has lost all of its points the one that is farthest from its own centre and not alone there.
fn fill_empty(assignment: &mut Assignment, clusters: usize) {
    let Assignment { labels, distances } = assignment;
    let mut sizes = vec![0_usize; clusters];
    for label in labels.iter() {
        sizes[*label as usize] += 1;
    }
    for empty in 0..clusters {
        if sizes[empty] > 0 {
            continue;
        }
        let mut farthest: Option<usize> = None;
        for (user, distance) in distances.iter().enumerate() {
            let is_farther = farthest.is_none_or(|farthest| *distance > distances[farthest]);
            if sizes[labels[user] as usize] > 1 && is_farther {
                farthest = Some(user);
            }
        }
        let Some(user) = farthest else { return };
        sizes[labels[user] as usize] -= 1;
        sizes[empty] = 1;
        labels[user] = empty as u32;
        distances[user] = 0.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_cluster_takes_the_farthest_point_of_another_that_keeps_some() {
        let mut assignment = Assignment { labels: vec![0, 0, 0, 2], distances: vec![1.0, 3.0, 3.0, 9.0] };
        fill_empty(&mut assignment, 4);
        assert_eq!(assignment.labels, [0, 1, 3, 2]);
        assert_eq!(assignment.distances, [1.0, 0.0, 0.0, 9.0]);
    }
}
