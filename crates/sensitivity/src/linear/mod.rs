mod lbfgs;
mod loss;
mod proximal;
mod rows;

use serde::{Deserialize, Serialize};

use crate::Penalty;
use loss::Loss;
pub(crate) use rows::Rows;

/// The weights of a logistic regression.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Linear {
    pub(crate) intercept: f64,
    pub(crate) weights: Vec<f64>,
}

/// How to fit a logistic regression.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fitting {
    pub(crate) cost: f64,
    pub(crate) penalty: Penalty,
    /// Whether both answers count for the same however rare one is.
    pub(crate) is_balanced: bool,
    pub(crate) max_iterations: usize,
}

/// What to learn from: some rows, with the answer and the weight of each. There have to be both answers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Examples<'a> {
    pub(crate) rows: &'a Rows,
    pub(crate) chosen: &'a [usize],
    pub(crate) answers: &'a [bool],
    pub(crate) weights: &'a [f64],
}

impl Linear {
    pub(crate) fn fit(examples: Examples<'_>, fitting: Fitting) -> Self {
        let loss = Loss::new(examples, fitting);
        let solution = match fitting.penalty {
            Penalty::L2 => lbfgs::minimize(&loss, fitting.max_iterations),
            Penalty::L1 => proximal::minimize(&loss, fitting.max_iterations),
        };
        let mut weights = solution;
        let intercept = weights.pop().expect("the intercept is the last");
        Self { intercept, weights }
    }
}

pub(crate) fn sigmoid(raw: f64) -> f64 {
    1.0 / (1.0 + (-raw).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> (Rows, Vec<bool>) {
        let mut rows = Rows::new(3);
        let mut answers = Vec::new();
        for index in 0..40 {
            let (one, other) = (f64::from(index % 7) - 3.0, f64::from(index % 5) - 2.0);
            rows.push([(0, one), (1, other), (2, 1.0)]);
            answers.push(one + 0.5 * other + 0.8 * f64::from(index % 3) > 0.7);
        }
        (rows, answers)
    }

    // LogisticRegression(C=0.5, tol=1e-10, max_iter=10000) and, for L1, the same with penalty="l1", solver="saga" of
    // scikit-learn, on the rows above.
    #[test]
    fn weights_are_those_of_scikit_learn() {
        let (rows, answers) = rows();
        let chosen: Vec<usize> = (0..40).collect();
        let examples = Examples { rows: &rows, chosen: &chosen, answers: &answers, weights: &[1.0; 40] };
        let fitting = Fitting { cost: 0.5, penalty: Penalty::L2, is_balanced: false, max_iterations: 500 };
        for (penalty, expected) in [(Penalty::L2, L2), (Penalty::L1, L1)] {
            let fitting = Fitting { penalty, max_iterations: 20_000, ..fitting };
            let linear = Linear::fit(examples, fitting);
            let found = [linear.weights[0], linear.weights[1], linear.weights[2] + linear.intercept];
            for (found, expected) in found.iter().zip(expected) {
                assert!((found - expected).abs() < 2e-4, "{penalty:?}: {found} instead of {expected}");
            }
        }
    }

    const L2: [f64; 3] = [1.483019, 0.410303, 0.199488];
    const L1: [f64; 3] = [1.66858, 0.264987, 0.24277];
}
