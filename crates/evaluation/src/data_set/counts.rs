use serde::Serialize;

use crate::data_set::tally::Tally;

/// How many ratings users, or items, have.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CountSummary {
    pub without_ratings: usize,
    pub mean: f64,
    pub fewest: u64,
    pub lower_quartile: f64,
    pub median: f64,
    pub upper_quartile: f64,
    pub percentile_90: f64,
    pub percentile_99: f64,
    pub most: u64,
    /// How many have at least so many ratings as each of [`HISTOGRAM_BOUNDS`] says, but fewer than the next.
    pub histogram: Vec<usize>,
}

/// Those with fewer ratings than a bound.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Cold {
    pub count: usize,
    pub share: f64,
}

pub const HISTOGRAM_BOUNDS: [u64; 10] = [0, 1, 5, 10, 20, 50, 100, 200, 500, 1_000];

/// Ascending.
pub(super) fn sorted_counts(tallies: &[Tally]) -> Vec<u64> {
    let mut counts: Vec<u64> = tallies.iter().map(|tally| tally.ratings).collect();
    counts.sort_unstable();
    counts
}

impl CountSummary {
    /// Of ascending counts, of which there must be one.
    pub(super) fn of(counts: &[u64]) -> Self {
        let mut histogram = vec![0; HISTOGRAM_BOUNDS.len()];
        for count in counts {
            histogram[HISTOGRAM_BOUNDS.partition_point(|bound| bound <= count) - 1] += 1;
        }
        let (first, last) = (counts.first(), counts.last());
        Self {
            without_ratings: counts.partition_point(|count| *count == 0),
            mean: counts.iter().sum::<u64>() as f64 / counts.len() as f64,
            fewest: first.copied().unwrap_or_default(),
            lower_quartile: quantile(counts, 0.25),
            median: quantile(counts, 0.5),
            upper_quartile: quantile(counts, 0.75),
            percentile_90: quantile(counts, 0.9),
            percentile_99: quantile(counts, 0.99),
            most: last.copied().unwrap_or_default(),
            histogram,
        }
    }
}

impl Cold {
    /// Of ascending counts, of which there must be one.
    pub(super) fn of(counts: &[u64], below: u32) -> Self {
        let count = counts.partition_point(|count| *count < u64::from(below));
        Self { count, share: count as f64 / counts.len() as f64 }
    }
}

/// Between the two nearest of ascending counts.
fn quantile(counts: &[u64], share: f64) -> f64 {
    let place = share * counts.len().saturating_sub(1) as f64;
    let at = |index: f64| counts.get(index as usize).map_or(0.0, |count| *count as f64);
    at(place.floor()) + (at(place.ceil()) - at(place.floor())) * place.fract()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn quantiles_lie_between_their_neighbours() {
        let summary = CountSummary::of(&[0, 1, 2, 3, 10]);
        assert_eq!((summary.mean, summary.median, summary.upper_quartile), (3.2, 2.0, 3.0));
        assert!((summary.percentile_90 - 7.2).abs() < 1e-12);
        assert_eq!((summary.without_ratings, summary.fewest, summary.most), (1, 0, 10));
        assert_eq!(summary.histogram, [1, 3, 0, 1, 0, 0, 0, 0, 0, 0]);
        assert_eq!(CountSummary::of(&[4, 7]).median, 5.5);
        assert_eq!(Cold::of(&[0, 4, 5, 6], 5), Cold { count: 2, share: 0.5 });
    }

    proptest! {
        #[test]
        fn a_summary_is_in_order_and_its_histogram_complete(
            mut counts in prop::collection::vec(0_u64..2_000, 1..60)
        ) {
            counts.sort_unstable();
            let summary = CountSummary::of(&counts);
            let ascending = [
                summary.fewest as f64,
                summary.lower_quartile,
                summary.median,
                summary.upper_quartile,
                summary.percentile_90,
                summary.percentile_99,
                summary.most as f64,
            ];
            prop_assert!(ascending.is_sorted());
            prop_assert_eq!(summary.histogram.iter().sum::<usize>(), counts.len());
            prop_assert_eq!(summary.histogram[0], summary.without_ratings);
        }
    }
}
