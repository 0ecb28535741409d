use serde::Serialize;

/// How good several yes/no answers about the same rows are, taken together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MultiLabel {
    /// The share of answers that are wrong.
    pub hamming_loss: f64,
    /// The share of rows all of whose answers are right.
    pub subset_accuracy: f64,
    pub f1_macro: f64,
    pub f1_micro: f64,
    /// Each label counts as often as it is true.
    pub f1_weighted: f64,
    pub precision_macro: f64,
    pub precision_micro: f64,
    pub recall_macro: f64,
    pub recall_micro: f64,
    pub labels: Vec<LabelFigures>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LabelFigures {
    pub name: String,
    pub f1: f64,
    pub precision: f64,
    pub recall: f64,
}

#[derive(Clone, Copy, Default)]
struct Counts {
    true_positives: f64,
    false_positives: f64,
    false_negatives: f64,
}

impl MultiLabel {
    /// Each row has a truth and an answer for each label, in the order of the names. None without rows or labels.
    pub fn new(names: &[&str], truths: &[Vec<bool>], answers: &[Vec<bool>]) -> Option<Self> {
        if names.is_empty() || truths.is_empty() {
            return None;
        }
        let mut counts = vec![Counts::default(); names.len()];
        let (mut wrong, mut whole_rows) = (0.0, 0.0);
        for (truths, answers) in truths.iter().zip(answers) {
            let of_row = truths.iter().zip(answers).filter(|(truth, answer)| truth != answer).count();
            wrong += of_row as f64;
            whole_rows += if of_row == 0 { 1.0 } else { 0.0 };
            for (counts, (truth, answer)) in counts.iter_mut().zip(truths.iter().zip(answers)) {
                counts.add(*truth, *answer);
            }
        }
        let mut all = Counts::default();
        for counts in &counts {
            all.true_positives += counts.true_positives;
            all.false_positives += counts.false_positives;
            all.false_negatives += counts.false_negatives;
        }
        let labels = counts.len() as f64;
        let mean = |part: fn(&Counts) -> f64| counts.iter().map(part).sum::<f64>() / labels;
        let positives = |counts: &Counts| counts.true_positives + counts.false_negatives;
        let weighted: f64 = counts.iter().map(|counts| positives(counts) * counts.f1()).sum();
        Some(Self {
            hamming_loss: wrong / (truths.len() as f64 * labels),
            subset_accuracy: whole_rows / truths.len() as f64,
            f1_macro: mean(Counts::f1),
            f1_micro: all.f1(),
            f1_weighted: share(weighted, positives(&all)),
            precision_macro: mean(Counts::precision),
            precision_micro: all.precision(),
            recall_macro: mean(Counts::recall),
            recall_micro: all.recall(),
            labels: names
                .iter()
                .zip(&counts)
                .map(|(name, counts)| LabelFigures {
                    name: (*name).to_owned(),
                    f1: counts.f1(),
                    precision: counts.precision(),
                    recall: counts.recall(),
                })
                .collect(),
        })
    }
}

impl Counts {
    fn add(&mut self, truth: bool, answer: bool) {
        match (truth, answer) {
            (true, true) => self.true_positives += 1.0,
            (false, true) => self.false_positives += 1.0,
            (true, false) => self.false_negatives += 1.0,
            (false, false) => {}
        }
    }

    fn f1(&self) -> f64 {
        let twice = 2.0 * self.true_positives;
        share(twice, twice + self.false_positives + self.false_negatives)
    }

    fn precision(&self) -> f64 {
        share(self.true_positives, self.true_positives + self.false_positives)
    }

    fn recall(&self) -> f64 {
        share(self.true_positives, self.true_positives + self.false_negatives)
    }
}

/// What has nothing to be a share of is zero, as scikit-learn has it.
fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}
