use serde::Serialize;

/// How often each true level was taken for each level.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Confusion {
    /// A row for each true level, in it a number for each level that was answered.
    pub counts: Vec<Vec<f64>>,
}

impl Confusion {
    pub fn new(levels: usize, truths: &[usize], answers: &[usize]) -> Self {
        Self::weighted(levels, truths, answers, |_| 1.0)
    }

    pub(super) fn weighted(
        levels: usize,
        truths: &[usize],
        answers: &[usize],
        weight: impl Fn(usize) -> f64,
    ) -> Self {
        let mut counts = vec![vec![0.0; levels]; levels];
        for (row, (truth, answer)) in truths.iter().zip(answers).enumerate() {
            counts[*truth][*answer] += weight(row);
        }
        Self { counts }
    }

    /// The mean of the F1 of all levels that occur as truth or as answer. None without rows.
    pub fn macro_f1(&self) -> Option<f64> {
        let scores: Vec<f64> = self.levels().filter_map(|level| self.f1(level)).collect();
        if scores.is_empty() { None } else { Some(scores.iter().sum::<f64>() / scores.len() as f64) }
    }

    /// The mean of the F1 of the levels, each counting as often as it is true. None without rows.
    pub fn weighted_f1(&self) -> Option<f64> {
        let (mut sum, mut rows) = (0.0, 0.0);
        for level in self.levels() {
            let of_level = self.true_rows(level);
            sum += of_level * self.f1(level).unwrap_or(0.0);
            rows += of_level;
        }
        if rows > 0.0 { Some(sum / rows) } else { None }
    }

    pub fn accuracy(&self) -> Option<f64> {
        let rows: f64 = self.counts.iter().flatten().sum();
        let right: f64 = self.levels().map(|level| self.counts[level][level]).sum();
        if rows > 0.0 { Some(right / rows) } else { None }
    }

    /// The mean distance of answer and truth, in levels: to take alto for sin_contenido is twice as wrong as for moderado.
    pub fn mean_distance(&self) -> Option<f64> {
        let (mut sum, mut rows) = (0.0, 0.0);
        for (truth, counts) in self.counts.iter().enumerate() {
            for (answer, count) in counts.iter().enumerate() {
                sum += truth.abs_diff(answer) as f64 * count;
                rows += count;
            }
        }
        if rows > 0.0 { Some(sum / rows) } else { None }
    }

    /// None when the level occurs neither as truth nor as answer.
    fn f1(&self, level: usize) -> Option<f64> {
        let answered: f64 = self.counts.iter().map(|counts| counts[level]).sum();
        let both = answered + self.true_rows(level);
        if both > 0.0 { Some(2.0 * self.counts[level][level] / both) } else { None }
    }

    fn true_rows(&self, level: usize) -> f64 {
        self.counts[level].iter().sum()
    }

    fn levels(&self) -> std::ops::Range<usize> {
        0..self.counts.len()
    }
}
