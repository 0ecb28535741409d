use serde::Serialize;

/// A figure over the folds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Spread {
    pub mean: f64,
    /// The sample standard deviation; a single fold has none.
    pub deviation: Option<f64>,
    pub lowest: f64,
    pub highest: f64,
}

impl Spread {
    /// None without values.
    pub(crate) fn of(values: &[f64]) -> Option<Self> {
        if values.is_empty() {
            return None;
        }
        let count = values.len() as f64;
        let lowest = values.iter().copied().fold(f64::INFINITY, f64::min);
        let highest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        // Rounding must not put the mean of equal values beside them.
        let mean = (values.iter().sum::<f64>() / count).clamp(lowest, highest);
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let deviation = (values.len() > 1).then(|| (squares / (count - 1.0)).sqrt());
        Some(Self { mean, deviation, lowest, highest })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_deviation_is_that_of_a_sample() {
        let spread = Spread::of(&[2.0, 4.0, 4.0, 6.0]).unwrap();
        assert_eq!((spread.mean, spread.lowest, spread.highest), (4.0, 2.0, 6.0));
        assert!((spread.deviation.unwrap() - (8.0_f64 / 3.0).sqrt()).abs() < 1e-12);
        assert_eq!(Spread::of(&[3.0]).unwrap().deviation, None);
        assert_eq!(Spread::of(&[]), None);
    }

    proptest! {
        #[test]
        fn the_mean_lies_between_the_ends_and_the_deviation_within_their_distance(
            values in prop::collection::vec(-10.0..10.0_f64, 2..10)
        ) {
            let spread = Spread::of(&values).unwrap();
            prop_assert!((spread.lowest..=spread.highest).contains(&spread.mean));
            prop_assert!(spread.deviation.unwrap() <= (spread.highest - spread.lowest) + 1e-12);
        }
    }
}
