use serde::ser::{Serialize, SerializeMap as _, Serializer};

use crate::bootstrap::Interval;
use crate::ranking::{Metric, Settings};

/// The figures of one model: over all cases, and over short, medium and long histories.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Evaluation {
    pub item_count: u32,
    pub settings: Settings,
    pub overall: Slice,
    /// Those of short, medium and long that have cases.
    pub by_history: Vec<Slice>,
    /// User, target and history length of each case, in ascending order.
    #[serde(skip)]
    pub(crate) cases: Vec<(u32, u32, u32)>,
}

/// The figures over some of the cases.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Slice {
    /// all, short, medium or long
    pub name: &'static str,
    pub cases: usize,
    pub users: usize,
    pub shortest_history: usize,
    pub longest_history: usize,
    /// How many different items are in anyone's list.
    pub distinct_items: usize,
    #[serde(serialize_with = "as_map")]
    pub metrics: Vec<(Metric, Estimate)>,
    /// The means of each resample, of the metrics that have intervals.
    #[serde(skip)]
    pub(crate) resampled: Vec<(Metric, Vec<f64>)>,
}

/// A mean and how many cases it is the mean of: a list of items without genres, say, has no diversity.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Estimate {
    pub value: f64,
    #[serde(flatten)]
    pub interval: Option<Interval>,
    pub cases: usize,
}

impl Evaluation {
    /// All cases first, then those of short, medium and long histories.
    pub fn slices(&self) -> impl Iterator<Item = &Slice> {
        std::iter::once(&self.overall).chain(&self.by_history)
    }
}

impl Slice {
    pub fn get(&self, metric: Metric) -> Option<&Estimate> {
        self.metrics.iter().find(|(candidate, _)| *candidate == metric).map(|(_, estimate)| estimate)
    }

    pub(crate) fn resampled_of(&self, metric: Metric) -> &[f64] {
        let found = self.resampled.iter().find(|(candidate, _)| *candidate == metric);
        found.map_or(&[], |(_, means)| means.as_slice())
    }
}

pub(crate) fn as_map<S: Serializer, T: Serialize>(
    pairs: &[(Metric, T)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(pairs.len()))?;
    for (metric, value) in pairs {
        map.serialize_entry(metric, value)?;
    }
    map.end()
}
