mod parse;
mod shap;
mod train;

pub(crate) use train::{Examples, boost, forest};

/// Trees that LightGBM has grown, walked by ourselves: a call into the library costs more than the walk, and what it
/// hands out may not change threads.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Forest {
    trees: Vec<Tree>,
    features: usize,
    /// Whether the score is the mean of the trees, not their sum.
    is_mean: bool,
    /// As LightGBM writes it; this is what is stored.
    text: String,
}

/// Children are indices of splits, or, below zero, of leaves: -1 is leaf 0.
#[derive(Debug, Clone, PartialEq)]
struct Tree {
    splits: Vec<Split>,
    leaves: Vec<Leaf>,
}

#[derive(Debug, Clone, PartialEq)]
struct Split {
    feature: usize,
    threshold: f64,
    left: i32,
    right: i32,
    /// Films of the training that came by.
    films: f64,
}

#[derive(Debug, Clone, PartialEq)]
struct Leaf {
    value: f64,
    films: f64,
}

impl Forest {
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn features(&self) -> usize {
        self.features
    }

    /// The score in log-odds. All values must be numbers.
    pub(crate) fn score(&self, row: &[f64]) -> f64 {
        self.scale() * self.trees.iter().map(|tree| tree.value(row)).sum::<f64>()
    }

    fn scale(&self) -> f64 {
        if self.is_mean { 1.0 / self.trees.len().max(1) as f64 } else { 1.0 }
    }
}

impl Tree {
    fn value(&self, row: &[f64]) -> f64 {
        let mut node = if self.splits.is_empty() { -1 } else { 0 };
        while node >= 0 {
            let split = &self.splits[node as usize];
            node = if row[split.feature] <= split.threshold { split.left } else { split.right };
        }
        self.leaves[leaf_index(node)].value
    }

    fn films(&self, node: i32) -> f64 {
        if node >= 0 { self.splits[node as usize].films } else { self.leaves[leaf_index(node)].films }
    }
}

fn leaf_index(node: i32) -> usize {
    !node as usize
}

#[cfg(test)]
mod tests {
    use lightgbm3::Booster;

    use super::*;
    use crate::{LightGbmSettings, RandomForestSettings};

    fn rows() -> Vec<Vec<f64>> {
        let row = |index: usize| {
            (0..6).map(|column| ((index * (column + 3) * 7919 + column) % 101) as f64 / 10.0 - 5.0).collect()
        };
        (0..400).map(row).collect()
    }

    fn assert_as_lightgbm(forest: &Forest, rows: &[Vec<f64>]) {
        let booster = Booster::from_string(forest.text()).unwrap();
        for row in rows {
            // Raw, LightGBM gives and explains the sum of a forest's trees, though it answers with their mean.
            let score = booster.raw_scores(row, 6, true).unwrap()[0] * forest.scale();
            assert!((forest.score(row) - score).abs() < 1e-9, "{} instead of {score}", forest.score(row));
            let contributions = booster.predict_contrib(row, 6, true).unwrap();
            let contributions: Vec<f64> = contributions.iter().map(|of| of * forest.scale()).collect();
            let (base, values) = forest.contributions(row);
            assert!((base - contributions[6]).abs() < 1e-9, "{base} instead of {}", contributions[6]);
            for (value, expected) in values.iter().zip(&contributions) {
                assert!((value - expected).abs() < 1e-9, "{value} instead of {expected}");
            }
            assert!((base + values.iter().sum::<f64>() - score).abs() < 1e-9);
        }
    }

    #[test]
    fn boosted_trees_answer_and_explain_as_lightgbm_does() {
        let rows = rows();
        let views: Vec<&[f64]> = rows.iter().map(Vec::as_slice).collect();
        let answers: Vec<bool> = rows.iter().map(|row| row[0] * row[1] + row[2] > 0.5).collect();
        let weights: Vec<f64> = rows.iter().map(|row| 0.5 + row[3].abs()).collect();
        let starts: Vec<f64> = rows.iter().map(|row| row[2] / 3.0).collect();
        let examples = Examples { rows: &views, answers: &answers, weights: &weights };
        for (max_depth, num_leaves) in [(2, 4), (6, 31), (-1, 63)] {
            let settings = LightGbmSettings { max_depth, num_leaves, reg_lambda: 0.0, ..Default::default() };
            let forest = boost(examples, &starts, &settings, 42).unwrap();
            assert_eq!(forest.trees.len(), settings.n_estimators);
            assert_as_lightgbm(&forest, &rows);
            let loss = |score: &dyn Fn(usize) -> f64| -> f64 {
                let of_row = |row: usize| {
                    let sign = if answers[row] { -1.0 } else { 1.0 };
                    weights[row] * (sign * score(row)).exp().ln_1p()
                };
                (0..rows.len()).map(of_row).sum()
            };
            let before = loss(&|row| starts[row]);
            let after = loss(&|row| starts[row] + forest.score(&rows[row]));
            assert!(after < 0.98 * before, "{after} {before}");
        }
    }

    #[test]
    fn forests_answer_and_explain_as_lightgbm_does() {
        let rows = rows();
        let views: Vec<&[f64]> = rows.iter().map(Vec::as_slice).collect();
        let answers: Vec<bool> = rows.iter().map(|row| row[0] * row[1] > 1.0).collect();
        let examples = Examples { rows: &views, answers: &answers, weights: &[1.0; 400] };
        let settings = RandomForestSettings::default();
        let forest = forest(examples, &settings, 42).unwrap();
        assert!(forest.is_mean && forest.trees.len() == settings.n_estimators);
        assert_as_lightgbm(&forest, &rows);
        let booster = Booster::from_string(forest.text()).unwrap();
        for row in &rows {
            let probability = booster.predict(row, 6, true).unwrap()[0];
            assert!((crate::linear::sigmoid(forest.score(row)) - probability).abs() < 1e-9);
        }
        let right = rows.iter().zip(&answers).filter(|(row, answer)| (forest.score(row) > 0.0) == **answer);
        assert!(right.count() > 300);
    }

    #[test]
    fn trees_that_were_tampered_with_are_refused() {
        let rows = rows();
        let views: Vec<&[f64]> = rows.iter().map(Vec::as_slice).collect();
        let answers: Vec<bool> = rows.iter().map(|row| row[0] > 0.0).collect();
        let examples = Examples { rows: &views, answers: &answers, weights: &[1.0; 400] };
        let forest = boost(examples, &[0.0; 400], &LightGbmSettings::default(), 42).unwrap();
        let text = forest.text();
        let again = Forest::parse(text.to_owned(), "trees.txt").unwrap();
        assert_eq!(again, forest);
        for (from, to) in [
            ("\nend of trees", ""),
            ("max_feature_idx=5", "max_feature_idx=0"),
            ("decision_type=2", "decision_type=1"),
            ("left_child=", "left_child=0 "),
            ("num_leaves=", "num_leaves=9"),
        ] {
            assert!(text.contains(from), "{from:?}");
            assert!(Forest::parse(text.replacen(from, to, 1), "trees.txt").is_err(), "{from:?}");
        }
        assert!(Forest::parse(String::new(), "trees.txt").is_err());
    }
}
