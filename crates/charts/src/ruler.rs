use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

use crate::Scale;
use crate::numbers::{exponent, tick_label};

/// The range of an axis and its ticks. Plotters' own ranges may panic or loop on degenerate data, and a different type
/// for each scale would double every function that draws.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ruler {
    scale: Scale,
    low: f64,
    high: f64,
    ticks: Vec<(f64, String)>,
}

impl Ruler {
    /// Ends where the data end, give or take a margin, as suits an axis of epochs.
    pub(crate) fn fitting(scale: Scale, values: impl Iterator<Item = f64>) -> Self {
        let (low, high) = limits(scale, values);
        let ticks = ticks(scale, low, high).into_iter().filter(|(tick, _)| (low..=high).contains(tick));
        Self { scale, low, high, ticks: ticks.collect() }
    }

    /// Ends at ticks, so that no point lies on the edge without a number near it.
    pub(crate) fn generous(scale: Scale, values: impl Iterator<Item = f64>) -> Self {
        let (low, high) = limits(scale, values);
        let ticks = ticks(scale, low, high);
        let (low, high) =
            ticks.iter().fold((low, high), |(low, high), (tick, _)| (low.min(*tick), high.max(*tick)));
        Self { scale, low, high, ticks }
    }

    /// One place for each name, at 0, 1, 2, and so on.
    pub(crate) fn of_names(names: Vec<String>) -> Self {
        let high = names.len() as f64 - 0.5;
        let ticks = names.into_iter().enumerate().map(|(index, name)| (index as f64, name)).collect();
        Self { scale: Scale::Linear, low: -0.5, high, ticks }
    }

    pub(crate) fn labels(&self) -> impl Iterator<Item = &str> {
        self.ticks.iter().map(|(_, label)| label.as_str())
    }

    pub(crate) fn low(&self) -> f64 {
        self.low
    }

    /// How far up the range a value is, from 0 to 1.
    pub(crate) fn fraction(&self, value: f64) -> f64 {
        let (low, high, value) = match self.scale {
            Scale::Linear => (self.low, self.high, value),
            Scale::Logarithmic => (self.low.log10(), self.high.log10(), value.log10()),
        };
        ((value - low) / (high - low)).clamp(0.0, 1.0)
    }
}

impl Ranged for Ruler {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (start, end): (i32, i32)) -> i32 {
        start + (self.fraction(*value) * f64::from(end - start)).round() as i32
    }

    fn key_points<H: KeyPointHint>(&self, hint: H) -> Vec<f64> {
        if hint.weight().allow_light_points() {
            return Vec::new();
        }
        self.ticks.iter().map(|(tick, _)| *tick).collect()
    }

    fn range(&self) -> Range<f64> {
        self.low..self.high
    }
}

impl ValueFormatter<f64> for Ruler {
    fn format_ext(&self, value: &f64) -> String {
        let label = self.ticks.iter().find(|(tick, _)| tick == value);
        label.map(|(_, label)| label.clone()).unwrap_or_default()
    }
}

/// The smallest and the largest value, apart far enough to be told apart.
fn limits(scale: Scale, values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    let size = low.abs().max(high.abs());
    if high - low > (size * 1e-9).max(1e-90) {
        return (low, high);
    }
    match scale {
        Scale::Linear if size < 1e-90 => (-1.0, 1.0),
        Scale::Linear => (low - size * 0.1, high + size * 0.1),
        Scale::Logarithmic => (low / 2.0, high * 2.0),
    }
}

fn ticks(scale: Scale, low: f64, high: f64) -> Vec<(f64, String)> {
    match scale {
        // Powers of ten say nothing about values that lie close together.
        Scale::Logarithmic if high / low >= 4.0 => logarithmic_ticks(low, high),
        Scale::Logarithmic => linear_ticks(low, high).into_iter().filter(|(tick, _)| *tick > 0.0).collect(),
        Scale::Linear => linear_ticks(low, high),
    }
}

const ABOUT_TICKS: f64 = 6.0;

fn linear_ticks(low: f64, high: f64) -> Vec<(f64, String)> {
    let rough = (high - low) / ABOUT_TICKS;
    let power = 10_f64.powi(exponent(rough));
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .map(|nice| nice * power)
        .into_iter()
        .find(|step| *step >= rough * 0.999)
        .unwrap_or(10.0 * power);
    let first = (low / step + 1e-6).floor();
    let count = ((high / step - 1e-6).ceil() - first).clamp(1.0, 4.0 * ABOUT_TICKS) as u32;
    (0..=count)
        .map(|index| (first + f64::from(index)) * step)
        .map(|tick| (tick, tick_label(tick, step)))
        .collect()
}

fn logarithmic_ticks(low: f64, high: f64) -> Vec<(f64, String)> {
    let (first, last) = (exponent(low), (high.log10() - 1e-9).ceil() as i32);
    let every = ((last - first) / ABOUT_TICKS as i32).max(1);
    let multiples: &[f64] = if last - first <= 2 { &[1.0, 2.0, 5.0] } else { &[1.0] };
    let ticks = (first..=last + every - 1)
        .step_by(every as usize)
        .flat_map(|power| multiples.iter().map(move |multiple| (power, *multiple)))
        .map(|(power, multiple)| {
            let unit = 10_f64.powi(power);
            let tick = multiple * unit;
            (tick, tick_label(tick, unit))
        });
    let ticks: Vec<(f64, String)> = ticks.collect();
    let below = ticks.iter().rposition(|(tick, _)| *tick <= low * (1.0 + 1e-9)).unwrap_or(0);
    let above = ticks.iter().position(|(tick, _)| *tick >= high * (1.0 - 1e-9)).unwrap_or(ticks.len() - 1);
    ticks[below..=above].to_vec()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn labels(ruler: &Ruler) -> Vec<&str> {
        ruler.labels().collect()
    }

    #[test]
    fn linear_ticks_are_round_numbers() {
        let ruler = Ruler::generous(Scale::Linear, [0.012, 0.187].into_iter());
        assert_eq!(labels(&ruler), ["0.00", "0.05", "0.10", "0.15", "0.20"]);
        let ruler = Ruler::fitting(Scale::Linear, [1.0, 79.0].into_iter());
        assert_eq!(labels(&ruler), ["20", "40", "60"]);
    }

    #[test]
    fn logarithmic_ticks_are_powers_of_ten_or_parts_of_them() {
        let ruler = Ruler::generous(Scale::Logarithmic, [0.003, 40_000.0].into_iter());
        let powers = ["0.001", "0.01", "0.1", "1", "10", "100", "1000", "10,000", "100,000"];
        assert_eq!(labels(&ruler), powers);
        let ruler = Ruler::generous(Scale::Logarithmic, [0.9, 7.0].into_iter());
        assert_eq!(labels(&ruler), ["0.5", "1", "2", "5", "10"]);
    }

    fn any_values(scale: Scale) -> impl Strategy<Value = Vec<f64>> {
        let size = (-100.0..=100.0).prop_map(|power: f64| 10_f64.powf(power));
        let value = (size, any::<bool>()).prop_map(move |(size, negative)| {
            let size: f64 = size.clamp(1e-100, 1e100);
            if negative && scale == Scale::Linear { -size } else { size }
        });
        prop_oneof![
            prop::collection::vec(value.clone(), 1..5),
            (value.clone(), 0.0..1e-7)
                .prop_map(|(value, apart): (f64, f64)| vec![value, value * (1.0 + apart)]),
            value.prop_map(|value| vec![value; 3]),
        ]
    }

    proptest! {
        #[test]
        fn every_range_holds_its_values_and_some_ticks(
            (scale, values) in prop_oneof![Just(Scale::Linear), Just(Scale::Logarithmic)]
                .prop_flat_map(|scale| (Just(scale), any_values(scale)))
        ) {
            for ruler in [
                Ruler::fitting(scale, values.iter().copied()),
                Ruler::generous(scale, values.iter().copied()),
            ] {
                prop_assert!(ruler.low < ruler.high);
                prop_assert!(ruler.low.is_finite() && ruler.high.is_finite());
                prop_assert!(ruler.ticks.len() <= 40);
                for value in &values {
                    prop_assert!((ruler.low..=ruler.high).contains(value));
                    prop_assert!(ruler.fraction(*value).is_finite());
                }
                for (tick, _) in &ruler.ticks {
                    prop_assert!((ruler.low..=ruler.high).contains(tick));
                }
            }
        }
    }
}
