use serde::Serialize;

/// How unequally the ratings are spread over the items.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LongTail {
    pub top: Vec<TopShare>,
    /// 0 where all items have equally many ratings, near 1 where one has them all.
    pub gini: f64,
    /// Share of the items, fewest ratings first, and the share of the ratings that they hold; about a hundred points.
    pub lorenz: Vec<(f64, f64)>,
    /// Some of the items by their place, most rated first, with their ratings; denser at the top.
    pub by_place: Vec<(u64, u64)>,
}

/// The share of the ratings that the most rated items hold.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TopShare {
    pub percent: u32,
    pub items: usize,
    pub share: f64,
}

const TOP_PERCENT: [u32; 3] = [1, 10, 20];

impl LongTail {
    /// Of ascending counts, one of which is above zero.
    pub(super) fn of(counts: &[u64]) -> Self {
        Self {
            top: TOP_PERCENT.map(|percent| TopShare::of(counts, percent)).to_vec(),
            gini: gini(counts),
            lorenz: lorenz(counts),
            by_place: by_place(counts),
        }
    }
}

impl TopShare {
    fn of(counts: &[u64], percent: u32) -> Self {
        let items = percent_of(counts.len(), percent);
        let held: u64 = counts[counts.len() - items..].iter().sum();
        let total: u64 = counts.iter().sum();
        Self { percent, items, share: held as f64 / total as f64 }
    }
}

/// Rounded, but at least one.
pub(super) fn percent_of(count: usize, percent: u32) -> usize {
    let share = count as f64 * f64::from(percent) / 100.0;
    (share.round() as usize).max(1).min(count)
}

fn gini(counts: &[u64]) -> f64 {
    let items = counts.len() as f64;
    let total = counts.iter().sum::<u64>() as f64;
    let weighted: f64 = (1_u64..).zip(counts).map(|(place, count)| place as f64 * *count as f64).sum();
    (2.0 * weighted / (items * total) - (items + 1.0) / items).max(0.0)
}

const LORENZ_POINTS: usize = 100;

fn lorenz(counts: &[u64]) -> Vec<(f64, f64)> {
    let total = counts.iter().sum::<u64>() as f64;
    let mut points = vec![(0.0, 0.0)];
    let (mut items, mut held) = (0, 0);
    for point in 1..=LORENZ_POINTS {
        let until = point * counts.len() / LORENZ_POINTS;
        if until == items {
            continue;
        }
        held += counts[items..until].iter().sum::<u64>();
        items = until;
        points.push((items as f64 / counts.len() as f64, held as f64 / total));
    }
    points
}

const PLACES_OF_EACH_POWER: f64 = 50.0;

fn by_place(counts: &[u64]) -> Vec<(u64, u64)> {
    let mut points = Vec::new();
    for step in 0.. {
        let place = 10_f64.powf(f64::from(step) / PLACES_OF_EACH_POWER).round() as usize;
        let Some(index) = counts.len().checked_sub(place) else { break };
        let point = (place as u64, counts[index]);
        if point.1 > 0 && points.last() != Some(&point) {
            points.push(point);
        }
    }
    points
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn equal_counts_have_a_gini_of_zero_and_a_single_owner_has_nearly_one() {
        assert!(gini(&[7; 100]) < 1e-12);
        let mut counts = [0; 1_000];
        counts[999] = 50;
        assert!((gini(&counts) - 0.999).abs() < 1e-12);
        assert!((gini(&[1, 3]) - 0.25).abs() < 1e-12);
    }

    #[test]
    fn the_top_holds_its_share() {
        let counts: Vec<u64> = (1..=100).collect();
        let tail = LongTail::of(&counts);
        let shares: Vec<(u32, usize, f64)> =
            tail.top.iter().map(|top| (top.percent, top.items, top.share)).collect();
        assert_eq!(shares, [(1, 1, 100.0 / 5_050.0), (10, 10, 955.0 / 5_050.0), (20, 20, 1_810.0 / 5_050.0)]);
        assert_eq!(tail.by_place[..3], [(1, 100), (2, 99), (3, 98)]);
        assert_eq!(tail.by_place.last(), Some(&(100, 1)));
    }

    /// The mean distance of two items' counts, by half of their mean count.
    fn gini_by_definition(counts: &[u64]) -> f64 {
        let pairs = counts.iter().flat_map(|one| counts.iter().map(move |other| one.abs_diff(*other)));
        let items = counts.len() as f64;
        pairs.sum::<u64>() as f64 / (2.0 * items * counts.iter().sum::<u64>() as f64)
    }

    proptest! {
        #[test]
        fn the_lorenz_curve_rises_below_the_diagonal_and_the_gini_agrees_with_its_definition(
            mut counts in prop::collection::vec(0_u64..500, 1..300)
        ) {
            counts.push(1);
            counts.sort_unstable();
            let tail = LongTail::of(&counts);
            prop_assert!((0.0..1.0).contains(&tail.gini));
            prop_assert!((tail.gini - gini_by_definition(&counts)).abs() < 1e-9);
            prop_assert_eq!(tail.lorenz.first(), Some(&(0.0, 0.0)));
            prop_assert_eq!(tail.lorenz.last(), Some(&(1.0, 1.0)));
            prop_assert!(tail.lorenz.len() <= 101);
            prop_assert!(tail.lorenz.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1));
            prop_assert!(tail.lorenz.iter().all(|(items, ratings)| *ratings <= items + 1e-12));
            prop_assert!(tail.top.is_sorted_by_key(|top| top.share));
        }

        #[test]
        fn places_are_few_and_in_order(mut counts in prop::collection::vec(0_u64..50, 1..3_000)) {
            counts.push(1);
            counts.sort_unstable();
            let points = by_place(&counts);
            prop_assert!(points.len() <= 200 && !points.is_empty());
            prop_assert!(points.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 >= pair[1].1));
        }
    }
}
