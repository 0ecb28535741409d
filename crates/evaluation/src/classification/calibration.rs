use serde::Serialize;

/// Rows of about the same probability.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bin {
    pub rows: f64,
    pub mean_probability: f64,
    /// The share of rows that are true.
    pub share_true: f64,
}

/// Rows by ascending probability, those of equal probability together.
pub(super) struct Sorted {
    order: Vec<u32>,
    ends: Vec<u32>,
}

impl Sorted {
    pub(super) fn new(probabilities: &[f64]) -> Self {
        let mut order: Vec<u32> = (0..probabilities.len() as u32).collect();
        let probability = |row: &u32| probabilities[*row as usize];
        order.sort_by(|one, other| probability(one).total_cmp(&probability(other)));
        let is_end = |place: &usize| {
            *place == order.len() || probability(&order[*place]) != probability(&order[place - 1])
        };
        let ends = (1..=order.len()).filter(is_end).map(|place| place as u32).collect();
        Self { order, ends }
    }

    /// As many rows in each bin as in any other, as far as equal probabilities, which stay together, allow.
    pub(super) fn bins(
        &self,
        probabilities: &[f64],
        truths: &[bool],
        bins: usize,
        weight: impl Fn(usize) -> f64,
    ) -> Vec<Bin> {
        let total: f64 = (0..probabilities.len()).map(&weight).sum();
        // Rows, sum of probabilities, rows that are true.
        let mut sums = vec![(0.0, 0.0, 0.0); bins];
        let (mut start, mut before) = (0, 0.0);
        for end in &self.ends {
            let rows = self.order[start..*end as usize].iter().map(|row| *row as usize);
            let mass: f64 = rows.clone().map(&weight).sum();
            let middle = (before + mass / 2.0) / total;
            let sum = &mut sums[((middle * bins as f64) as usize).min(bins - 1)];
            for row in rows {
                let weight = weight(row);
                sum.0 += weight;
                sum.1 += weight * probabilities[row];
                sum.2 += if truths[row] { weight } else { 0.0 };
            }
            before += mass;
            start = *end as usize;
        }
        let filled = sums.into_iter().filter(|(rows, ..)| *rows > 0.0);
        let bin = |(rows, probability, positives): (f64, f64, f64)| Bin {
            rows,
            mean_probability: probability / rows,
            share_true: positives / rows,
        };
        filled.map(bin).collect()
    }
}

pub(super) fn error_of(bins: &[Bin]) -> f64 {
    let rows: f64 = bins.iter().map(|bin| bin.rows).sum();
    let apart = |bin: &Bin| bin.rows * (bin.mean_probability - bin.share_true).abs();
    bins.iter().map(apart).sum::<f64>() / rows
}

/// What a reliability diagram shows: bins of equally many rows, by ascending probability. Rows of equal probability are
/// in one bin.
pub fn reliability(probabilities: &[f64], truths: &[bool], bins: usize) -> Vec<Bin> {
    Sorted::new(probabilities).bins(probabilities, truths, bins.max(1), |_| 1.0)
}

/// The expected calibration error with bins of equally many rows: how far the mean probability of a bin is from the
/// share of its rows that are true, on the mean over the rows. None without rows.
pub fn calibration_error(probabilities: &[f64], truths: &[bool], bins: usize) -> Option<f64> {
    let bins = reliability(probabilities, truths, bins);
    if bins.is_empty() { None } else { Some(error_of(&bins)) }
}

/// The mean squared distance of the probability from what is true. None without rows.
pub fn brier_score(probabilities: &[f64], truths: &[bool]) -> Option<f64> {
    weighted_brier(probabilities, truths, |_| 1.0)
}

pub(super) fn weighted_brier(
    probabilities: &[f64],
    truths: &[bool],
    weight: impl Fn(usize) -> f64,
) -> Option<f64> {
    let (mut sum, mut rows) = (0.0, 0.0);
    for (row, (probability, truth)) in probabilities.iter().zip(truths).enumerate() {
        let distance = probability - if *truth { 1.0 } else { 0.0 };
        sum += weight(row) * distance * distance;
        rows += weight(row);
    }
    if rows > 0.0 { Some(sum / rows) } else { None }
}
