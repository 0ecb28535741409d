use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use crate::Error;

#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Interval {
    pub low: f64,
    pub high: f64,
}

const MOST_RESAMPLES: usize = 100_000;

pub(crate) fn check(resamples: usize, confidence: f64) -> Result<(), Error> {
    if resamples > MOST_RESAMPLES {
        return Err(Error::setting("resamples", resamples, "at most 100000"));
    }
    if !(confidence > 0.0 && confidence < 1.0) {
        return Err(Error::setting("confidence", confidence, "between 0 and 1, such as 0.95"));
    }
    Ok(())
}

/// For each user and metric the sum over the user's cases and their number, as not every case has every metric.
pub(crate) struct UserSums {
    metrics: usize,
    rows: Vec<f64>,
}

impl UserSums {
    pub(crate) fn new(metrics: usize) -> Self {
        Self { metrics, rows: Vec::new() }
    }

    pub(crate) fn add_user(&mut self) {
        self.rows.resize(self.rows.len() + 2 * self.metrics, 0.0);
    }

    /// Adds to what the last user has.
    pub(crate) fn add(&mut self, metric: usize, value: f64) {
        self.add_sum(metric, value, 1.0);
    }

    /// Adds the sum over several cases to what the last user has.
    pub(crate) fn add_sum(&mut self, metric: usize, sum: f64, cases: f64) {
        let row = self.rows.len() - 2 * self.metrics;
        self.rows[row + metric] += sum;
        self.rows[row + self.metrics + metric] += cases;
    }

    pub(crate) fn user_count(&self) -> usize {
        self.rows.len().checked_div(2 * self.metrics).unwrap_or(0)
    }

    /// Sum and number of cases of each metric.
    pub(crate) fn totals(&self) -> (Vec<f64>, Vec<f64>) {
        self.weighted(&vec![1; self.user_count()])
    }

    /// The means of each resample, in the order of the resamples. With the same seed and number of users, resample `i`
    /// always draws the same users, which makes the resamples of two models pairs.
    pub(crate) fn resampled_means(&self, resamples: usize, seed: u64) -> Vec<Vec<f64>> {
        let users = self.user_count() as u32;
        let one = |resample: u64| {
            let (sums, counts) = self.weighted(&draw(users, seed, resample));
            sums.iter().zip(counts).map(|(sum, count)| sum / count).collect()
        };
        (0..resamples as u64).into_par_iter().map(one).collect()
    }

    fn weighted(&self, times: &[u32]) -> (Vec<f64>, Vec<f64>) {
        let mut totals = vec![0.0; 2 * self.metrics];
        for (row, times) in self.rows.chunks_exact((2 * self.metrics).max(1)).zip(times) {
            if *times == 0 {
                continue;
            }
            for (total, value) in totals.iter_mut().zip(row) {
                *total += f64::from(*times) * value;
            }
        }
        let counts = totals.split_off(self.metrics);
        (totals, counts)
    }
}

/// How often each unit is drawn in one resample. It does not depend on what the units are: the resamples of two models
/// over the same units are pairs.
pub(crate) fn draw(units: u32, seed: u64, resample: u64) -> Vec<u32> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(resample);
    let mut drawn = vec![0_u32; units as usize];
    for _ in 0..units {
        drawn[random.random_range(0..units) as usize] += 1;
    }
    drawn
}

/// The middle `confidence` of the values. None where there are none; those that are not numbers, from resamples that
/// drew no user who has the metric, do not count.
pub(crate) fn percentile_interval(values: impl Iterator<Item = f64>, confidence: f64) -> Option<Interval> {
    let mut values: Vec<f64> = values.filter(|value| value.is_finite()).collect();
    values.sort_unstable_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    let at = |share: f64| {
        let place = share * last as f64;
        let (below, above) = (values[place.floor() as usize], values[place.ceil() as usize]);
        below + (above - below) * place.fract()
    };
    let outside = (1.0 - confidence) / 2.0;
    Some(Interval { low: at(outside), high: at(1.0 - outside) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_leaves_out_as_much_below_as_above() {
        let interval = percentile_interval((0..=100).map(f64::from), 0.9).unwrap();
        assert!((interval.low - 5.0).abs() < 1e-9 && (interval.high - 95.0).abs() < 1e-9);
        assert_eq!(percentile_interval([f64::NAN].into_iter(), 0.9), None);
        let single = percentile_interval([0.5, f64::NAN].into_iter(), 0.9).unwrap();
        assert_eq!((single.low, single.high), (0.5, 0.5));
    }

    #[test]
    fn intervals_hold_the_true_mean_nineteen_times_in_twenty() {
        let random = &mut ChaCha8Rng::seed_from_u64(1);
        let (trials, users, chance) = (300, 100, 0.3);
        let mut held = 0;
        for trial in 0..trials {
            let mut sums = UserSums::new(1);
            for _ in 0..users {
                sums.add_user();
                sums.add(0, if random.random_bool(chance) { 1.0 } else { 0.0 });
            }
            let means = sums.resampled_means(200, trial).into_iter().map(|means| means[0]);
            let interval = percentile_interval(means, 0.95).unwrap();
            held += u32::from((interval.low..=interval.high).contains(&chance));
        }
        // Percentiles of so few users hold it in about 94 of 100; the margin is three standard deviations.
        let share = f64::from(held) / trials as f64;
        assert!((0.90..=0.98).contains(&share), "{share} of the intervals hold the mean");
    }

    #[test]
    fn resamples_do_not_depend_on_the_number_of_threads() {
        let mut sums = UserSums::new(2);
        for user in 0..500 {
            sums.add_user();
            sums.add(0, f64::from(user % 7) / 3.0);
            if user % 5 == 0 {
                sums.add(1, f64::from(user) / 11.0);
            }
        }
        let with_threads = |count| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(count).build().unwrap();
            pool.install(|| sums.resampled_means(50, 7))
        };
        assert_eq!(with_threads(1), with_threads(5));
        assert_ne!(sums.resampled_means(50, 7), sums.resampled_means(50, 8));
    }
}
