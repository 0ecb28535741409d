use serde::{Deserialize, Serialize};

use crate::Calibration;
use crate::linear::sigmoid;

/// How a score becomes a probability.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Curve {
    Logistic {
        slope: f64,
        offset: f64,
    },
    /// The probability at each of some rising scores, straight in between.
    Stairs {
        scores: Vec<f64>,
        probabilities: Vec<f64>,
    },
}

/// A slope below would turn the order around, or leave none.
const MIN_SLOPE: f64 = 0.01;
/// No finite number of films makes anything certain.
const SURE: f64 = 0.005;

impl Curve {
    /// Learns from scores of films that the scorer has not seen.
    pub(crate) fn fit(kind: Calibration, scores: &[f64], answers: &[bool]) -> Self {
        match kind {
            Calibration::None => Self::Logistic { slope: 1.0, offset: 0.0 },
            Calibration::Platt => logistic(scores, answers),
            Calibration::Isotonic => stairs(scores, answers),
        }
    }

    pub(crate) fn probability(&self, raw: f64) -> f64 {
        match self {
            Self::Logistic { slope, offset } => sigmoid(slope * raw + offset),
            Self::Stairs { scores, probabilities } => {
                let above = scores.partition_point(|score| *score <= raw);
                if above == 0 {
                    return probabilities[0];
                }
                if above == scores.len() {
                    return probabilities[above - 1];
                }
                let share = (raw - scores[above - 1]) / (scores[above] - scores[above - 1]);
                probabilities[above - 1] + share * (probabilities[above] - probabilities[above - 1])
            }
        }
    }

    /// What a stored curve has to be, or it would panic or leave the bounds.
    pub(crate) fn is_sound(&self) -> bool {
        match self {
            Self::Logistic { slope, offset } => slope.is_finite() && *slope > 0.0 && offset.is_finite(),
            Self::Stairs { scores, probabilities } => {
                !scores.is_empty()
                    && scores.len() == probabilities.len()
                    && scores.is_sorted_by(|one, next| one < next)
                    && probabilities.is_sorted()
                    && probabilities.iter().all(|probability| (0.0..=1.0).contains(probability))
            }
        }
    }
}

/// Platt's curve, by Newton's method, with his targets that keep clear of 0 and 1.
fn logistic(scores: &[f64], answers: &[bool]) -> Curve {
    let yes = answers.iter().filter(|answer| **answer).count() as f64;
    let no = answers.len() as f64 - yes;
    let (high, low) = ((yes + 1.0) / (yes + 2.0), 1.0 / (no + 2.0));
    let (mut slope, mut offset) = (1.0, 0.0);
    for _ in 0..100 {
        let (mut by_slope, mut by_offset) = (0.0, 0.0);
        let (mut twice_slope, mut twice_offset, mut mixed) = (1e-9, 1e-9, 0.0);
        for (score, answer) in scores.iter().zip(answers) {
            let probability = sigmoid(slope * score + offset);
            let error = probability - if *answer { high } else { low };
            let spread = (probability * (1.0 - probability)).max(1e-9);
            by_slope += error * score;
            by_offset += error;
            twice_slope += spread * score * score;
            twice_offset += spread;
            mixed += spread * score;
        }
        let determinant = twice_slope * twice_offset - mixed * mixed;
        if determinant <= 0.0 {
            break;
        }
        let of_slope = (twice_offset * by_slope - mixed * by_offset) / determinant;
        let of_offset = (twice_slope * by_offset - mixed * by_slope) / determinant;
        // A long step would leave where the curve looks like its parabola.
        let damping = (2.0 / of_slope.abs().max(of_offset.abs())).min(1.0);
        slope -= damping * of_slope;
        offset -= damping * of_offset;
        if of_slope.abs().max(of_offset.abs()) < 1e-10 {
            break;
        }
    }
    if slope >= MIN_SLOPE {
        return Curve::Logistic { slope, offset };
    }
    // The scores say nothing: the share of the answers is all there is to say.
    let share = (yes + 1.0) / (yes + no + 2.0);
    Curve::Logistic { slope: MIN_SLOPE, offset: (share / (1.0 - share)).ln() }
}

/// Pools neighbours until the shares of yes rise with the scores.
fn stairs(scores: &[f64], answers: &[bool]) -> Curve {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|one, other| scores[*one].total_cmp(&scores[*other]));
    // Sum of scores, of yes, and how many.
    let mut steps: Vec<(f64, f64, f64)> = Vec::new();
    // The order of equal scores is chance, so they are one step from the start.
    for equal in order.chunk_by(|one, other| scores[*one] == scores[*other]) {
        let yes = equal.iter().filter(|index| answers[**index]).count() as f64;
        let count = equal.len() as f64;
        let mut step = (scores[equal[0]] * count, yes, count);
        while let Some(former) = steps.last()
            && former.1 / former.2 >= step.1 / step.2
        {
            step = (former.0 + step.0, former.1 + step.1, former.2 + step.2);
            steps.pop();
        }
        steps.push(step);
    }
    let (mut at, mut probabilities) = (Vec::new(), Vec::new());
    for (sum, yes, count) in steps {
        let score = sum / count;
        if at.last().is_none_or(|last| *last < score) {
            at.push(score);
            probabilities.push((yes / count).clamp(SURE, 1.0 - SURE));
        }
    }
    if at.is_empty() {
        return Curve::Logistic { slope: 1.0, offset: 0.0 };
    }
    Curve::Stairs { scores: at, probabilities }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_logistic_curve_finds_how_scores_were_made() {
        let mut scores = Vec::new();
        let mut answers = Vec::new();
        for step in 0..4000 {
            let score = f64::from(step % 80) / 10.0 - 4.0;
            scores.push(score);
            answers.push(f64::from(step / 80) / 50.0 + 0.01 < sigmoid(0.5 * score - 1.0));
        }
        let Curve::Logistic { slope, offset } = Curve::fit(Calibration::Platt, &scores, &answers) else {
            panic!("a curve was asked for")
        };
        assert!((slope - 0.5).abs() < 0.03 && (offset + 1.0).abs() < 0.05, "{slope} {offset}");
    }

    #[test]
    fn scores_that_say_nothing_give_the_share_of_yes() {
        let scores = [1.0, -1.0, 2.0, -2.0];
        let curve = Curve::fit(Calibration::Platt, &scores, &[false, true, false, true]);
        assert!((curve.probability(0.3) - 0.5).abs() < 0.02);
    }

    #[test]
    fn equal_scores_have_the_share_of_yes_among_them_in_whatever_order_they_come() {
        let scores = [1.0, 1.0, 1.0, 1.0, 3.0, 3.0];
        for first in [[false, true, true, true], [true, true, true, false], [true, false, true, true]] {
            let answers = [first.as_slice(), &[true, true]].concat();
            let curve = Curve::fit(Calibration::Isotonic, &scores, &answers);
            assert_eq!((curve.probability(1.0), curve.probability(3.0)), (0.75, 1.0 - SURE));
        }
    }

    #[test]
    fn steps_of_equal_scores_are_pooled_where_the_shares_fall() {
        let scores = [1.0, 1.0, 2.0, 2.0, 5.0];
        let curve = Curve::fit(Calibration::Isotonic, &scores, &[false, true, false, false, true]);
        assert_eq!(curve, Curve::Stairs { scores: vec![1.5, 5.0], probabilities: vec![0.25, 1.0 - SURE] });
    }

    proptest! {
        #[test]
        fn probabilities_rise_with_the_score(
            seen in prop::collection::vec((-5.0..5.0f64, any::<bool>()), 1..60),
            one in -9.0..9.0f64,
            more in 0.0..3.0f64,
        ) {
            let (scores, answers): (Vec<f64>, Vec<bool>) = seen.into_iter().unzip();
            for kind in [Calibration::Platt, Calibration::Isotonic, Calibration::None] {
                let curve = Curve::fit(kind, &scores, &answers);
                prop_assert!(curve.is_sound());
                let (low, high) = (curve.probability(one), curve.probability(one + more));
                prop_assert!(low <= high + 1e-12 && (0.0..=1.0).contains(&low) && high <= 1.0);
            }
        }
    }
}
