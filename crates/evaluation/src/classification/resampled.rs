use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::bootstrap::{Interval, draw, percentile_interval};
use crate::rating::{Figure, Resampling};

/// Rows by the film that they are about. A resample draws films, each with all of its rows.
pub(super) struct Rows {
    film_of_row: Vec<u32>,
    films: u32,
}

/// One figure of a model: over the films, and over each resample of them.
#[derive(Debug, Clone)]
pub(super) struct Estimated {
    value: f64,
    resampled: Vec<f64>,
}

impl Rows {
    pub(super) fn new(films: &[u32]) -> Self {
        let mut numbers = BTreeMap::new();
        for film in films {
            let next = numbers.len() as u32;
            numbers.entry(*film).or_insert(next);
        }
        Self { film_of_row: films.iter().map(|film| numbers[film]).collect(), films: numbers.len() as u32 }
    }

    pub(super) fn films(&self) -> usize {
        self.films as usize
    }

    /// What `figures` makes of the rows, given how often each counts. It must always give the same number of figures;
    /// one that there is none of is not a number.
    pub(super) fn estimate(
        &self,
        resampling: &Resampling,
        figures: impl Fn(&dyn Fn(usize) -> f64) -> Vec<f64> + Sync,
    ) -> Vec<Estimated> {
        let one = |resample: u64| {
            let drawn = draw(self.films, resampling.seed, resample);
            figures(&|row| f64::from(drawn[self.film_of_row[row] as usize]))
        };
        let resamples: Vec<Vec<f64>> = (0..resampling.resamples as u64).into_par_iter().map(one).collect();
        let values = figures(&|_| 1.0);
        let estimated = values.into_iter().enumerate().map(|(index, value)| Estimated {
            value,
            resampled: resamples.iter().map(|figures| figures[index]).collect(),
        });
        estimated.collect()
    }
}

impl Estimated {
    pub(super) fn figure(&self, confidence: f64) -> Option<Figure> {
        let interval = percentile_interval(self.resampled.iter().copied(), confidence);
        self.value.is_finite().then_some(Figure { value: self.value, interval })
    }

    /// For an error that grows with every accident of the sample: resamples have more of them than the films, as much as
    /// the films have more than all films there are. So the interval is reflected, and kept between 0 and 1.
    pub(super) fn reflected_figure(&self, confidence: f64) -> Option<Figure> {
        let Figure { value, interval } = self.figure(confidence)?;
        let reflected = |end: f64| (2.0 * value - end).clamp(0.0, 1.0);
        let interval =
            interval.map(|Interval { low, high }| Interval { low: reflected(high), high: reflected(low) });
        Some(Figure { value, interval })
    }

    /// How far this is above the other, resample by resample.
    pub(super) fn less(&self, other: &Self) -> Self {
        let pairs = self.resampled.iter().zip(&other.resampled);
        Self { value: self.value - other.value, resampled: pairs.map(|(one, other)| one - other).collect() }
    }
}
