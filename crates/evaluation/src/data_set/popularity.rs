use std::collections::BTreeMap;

use serde::Serialize;

use crate::data_set::tally::Tally;

/// Whether what is rated often is also rated well.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PopularityAndStars {
    /// Of the logarithm of the number of ratings and the mean stars, over the rated items; none where either is the same
    /// for all.
    pub correlation: Option<f64>,
    /// Number of ratings and mean stars of items; one item stands for those close to it.
    pub points: Vec<(u64, f64)>,
}

impl PopularityAndStars {
    /// Of items, one of which has ratings.
    pub(super) fn of(items: &[Tally]) -> Self {
        let rated: Vec<(u64, f64)> =
            items.iter().filter_map(|tally| Some((tally.ratings, tally.mean()?))).collect();
        Self { correlation: correlation(&rated), points: thinned(&rated) }
    }
}

fn correlation(items: &[(u64, f64)]) -> Option<f64> {
    let count = items.len() as f64;
    let logarithm = |ratings: u64| (ratings as f64).ln();
    let (x, y) = items.iter().fold((0.0, 0.0), |(x, y), item| (x + logarithm(item.0), y + item.1));
    let (mean_x, mean_y) = (x / count, y / count);
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (ratings, stars) in items {
        let (x, y) = (logarithm(*ratings) - mean_x, stars - mean_y);
        xx += x * x;
        yy += y * y;
        xy += x * y;
    }
    // What rounding leaves of no difference at all is far below this.
    let differs = |squares: f64| squares > count * 1e-20;
    (differs(xx) && differs(yy)).then(|| (xy / (xx * yy).sqrt()).clamp(-1.0, 1.0))
}

const COLUMNS: f64 = 59.0;
const ROWS: f64 = 39.0;

/// The first item of each cell of a grid, so that neither the best-known nor the outliers get lost.
fn thinned(items: &[(u64, f64)]) -> Vec<(u64, f64)> {
    let most = items.iter().map(|item| item.0).max().unwrap_or(1) as f64;
    let stars = || items.iter().map(|item| item.1);
    let (low, high) = (stars().fold(f64::INFINITY, f64::min), stars().fold(f64::NEG_INFINITY, f64::max));
    let mut cells = BTreeMap::new();
    for (ratings, stars) in items {
        let column = (*ratings as f64).ln() / most.max(2.0).ln() * COLUMNS;
        let row = (stars - low) / (high - low).max(1e-9) * ROWS;
        cells.entry((column.round() as u32, row.round() as u32)).or_insert((*ratings, *stars));
    }
    cells.into_values().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn more_stars_for_ten_times_the_ratings_correlate_fully() {
        let rising = [(1, 1.0), (10, 2.0), (100, 3.0)];
        let falling = [(1, 3.0), (10, 2.0), (100, 1.0)];
        assert!((correlation(&rising).unwrap() - 1.0).abs() < 1e-12);
        assert!((correlation(&falling).unwrap() + 1.0).abs() < 1e-12);
        assert_eq!(correlation(&[(5, 1.0), (5, 2.0)]), None);
        assert_eq!(correlation(&[(5, 0.1), (6, 0.1), (7, 0.1)]), None);
        assert_eq!(correlation(&[(5, 1.0)]), None);
    }

    proptest! {
        #[test]
        fn a_cloud_is_bounded_and_keeps_its_extremes(
            items in prop::collection::vec((1_u64..90_000, 0.5..5.0_f64), 1..600)
        ) {
            let points = thinned(&items);
            prop_assert!(points.len() <= 2_400);
            prop_assert!(points.iter().all(|point| items.contains(point)));
            let most = |items: &[(u64, f64)]| items.iter().map(|item| item.0).max().unwrap() as f64;
            prop_assert!(most(&points) >= most(&items) * 0.8);
        }
    }
}
