use super::{Examples, Fitting, sigmoid};

/// What a logistic regression makes small: the logistic loss, `cost` times, and the penalty on the weights. The
/// intercept, last among the weights, has no penalty.
pub(super) struct Loss<'a> {
    examples: Examples<'a>,
    cost: [f64; 2],
}

impl<'a> Loss<'a> {
    pub(super) fn new(examples: Examples<'a>, fitting: Fitting) -> Self {
        let mut totals = [0.0; 2];
        for (answer, weight) in examples.answers.iter().zip(examples.weights) {
            totals[usize::from(*answer)] += weight;
        }
        let all = totals[0] + totals[1];
        let cost = totals.map(|total| {
            let balance = if fitting.is_balanced && total > 0.0 { all / (2.0 * total) } else { 1.0 };
            fitting.cost * balance
        });
        Self { examples, cost }
    }

    pub(super) fn width(&self) -> usize {
        self.examples.rows.width() + 1
    }

    /// The loss without the penalty; its gradient is added to `gradient`.
    pub(super) fn value(&self, weights: &[f64], gradient: &mut [f64]) -> f64 {
        let (intercept, weights) = weights.split_last().expect("there is an intercept");
        let last = self.width() - 1;
        let mut total = 0.0;
        let Examples { rows, chosen, answers, weights: of_rows } = self.examples;
        for ((row, answer), of_row) in chosen.iter().zip(answers).zip(of_rows) {
            let sign = if *answer { 1.0 } else { -1.0 };
            let cost = of_row * self.cost[usize::from(*answer)];
            let margin = sign * (intercept + rows.dot(*row, weights));
            total += cost * log_1p_exp(-margin);
            let slope = -sign * cost * sigmoid(-margin);
            for (feature, value) in rows.iter(*row) {
                gradient[feature] += slope * value;
            }
            gradient[last] += slope;
        }
        total
    }
}

/// `ln(1 + e^x)`, which for large `x` is `x` itself.
fn log_1p_exp(x: f64) -> f64 {
    if x > 0.0 { x + (-x).exp().ln_1p() } else { x.exp().ln_1p() }
}
