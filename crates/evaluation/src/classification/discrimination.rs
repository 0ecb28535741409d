/// Rows by descending score, those of equal score together, with how often each row counts.
pub(super) struct Ranked {
    /// Row numbers, best first.
    order: Vec<u32>,
    /// Where in the order each group of equal scores ends.
    ends: Vec<u32>,
}

/// How many positives and negatives share a score.
#[derive(Clone, Copy)]
struct Group {
    positives: f64,
    negatives: f64,
}

impl Ranked {
    pub(super) fn new(scores: &[f64]) -> Self {
        Self::of_rows(scores, (0..scores.len() as u32).collect())
    }

    /// Of some of the rows only.
    pub(super) fn of_rows(scores: &[f64], mut order: Vec<u32>) -> Self {
        let score = |row: &u32| scores[*row as usize];
        order.sort_by(|one, other| score(other).total_cmp(&score(one)));
        let mut ends = Vec::new();
        for place in 1..=order.len() {
            let is_last = place == order.len() || score(&order[place]) != score(&order[place - 1]);
            if is_last {
                ends.push(place as u32);
            }
        }
        Self { order, ends }
    }

    fn groups<'a>(
        &'a self,
        truths: &'a [bool],
        weight: impl Fn(usize) -> f64 + 'a,
    ) -> impl Iterator<Item = Group> + 'a {
        let mut start = 0;
        self.ends.iter().map(move |end| {
            let mut group = Group { positives: 0.0, negatives: 0.0 };
            for row in &self.order[start..*end as usize] {
                let row = *row as usize;
                let side = if truths[row] { &mut group.positives } else { &mut group.negatives };
                *side += weight(row);
            }
            start = *end as usize;
            group
        })
    }

    /// None unless there are both positives and negatives.
    pub(super) fn roc_auc(&self, truths: &[bool], weight: impl Fn(usize) -> f64) -> Option<f64> {
        let (mut above, mut negatives, mut area) = (0.0, 0.0, 0.0);
        for group in self.groups(truths, weight) {
            area += group.negatives * (above + group.positives / 2.0);
            above += group.positives;
            negatives += group.negatives;
        }
        let pairs = above * negatives;
        if pairs > 0.0 { Some(area / pairs) } else { None }
    }

    /// None without positives.
    pub(super) fn average_precision(&self, truths: &[bool], weight: impl Fn(usize) -> f64) -> Option<f64> {
        let (mut found, mut taken, mut sum) = (0.0, 0.0, 0.0);
        for group in self.groups(truths, weight) {
            found += group.positives;
            taken += group.positives + group.negatives;
            if group.positives > 0.0 {
                sum += group.positives * found / taken;
            }
        }
        if found > 0.0 { Some(sum / found) } else { None }
    }
}

/// The share of pairs of a positive and a negative in which the positive has the higher score; equal scores count half.
/// None unless there are both.
pub fn roc_auc(scores: &[f64], truths: &[bool]) -> Option<f64> {
    Ranked::new(scores).roc_auc(truths, |_| 1.0)
}

/// The mean over the positives of the precision among all rows whose score is at least theirs. None without positives.
pub fn average_precision(scores: &[f64], truths: &[bool]) -> Option<f64> {
    Ranked::new(scores).average_precision(truths, |_| 1.0)
}

/// Recall and precision at each score, from the highest down. Empty without positives.
pub fn precision_recall(scores: &[f64], truths: &[bool]) -> Vec<(f64, f64)> {
    let positives = truths.iter().filter(|truth| **truth).count() as f64;
    if positives == 0.0 {
        return Vec::new();
    }
    let (mut found, mut taken) = (0.0, 0.0);
    let ranked = Ranked::new(scores);
    let point = |group: Group| {
        found += group.positives;
        taken += group.positives + group.negatives;
        (found / positives, found / taken)
    };
    ranked.groups(truths, |_| 1.0).map(point).collect()
}
