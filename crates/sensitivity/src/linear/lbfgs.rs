use std::collections::VecDeque;

use super::loss::Loss;

const MEMORY: usize = 10;
const TOLERANCE: f64 = 1e-5;
const MAX_HALVINGS: usize = 30;
const SUFFICIENT: f64 = 1e-4;

struct Step {
    /// How far the weights went, and how much the gradient changed.
    moved: Vec<f64>,
    changed: Vec<f64>,
    curvature: f64,
}

/// The weights with half their squared length as penalty, by the limited-memory quasi-Newton method.
pub(super) fn minimize(loss: &Loss<'_>, max_iterations: usize) -> Vec<f64> {
    let mut weights = vec![0.0; loss.width()];
    let (mut value, mut gradient) = evaluate(loss, &weights);
    let first = largest(&gradient).max(f64::MIN_POSITIVE);
    let mut steps: VecDeque<Step> = VecDeque::new();
    for _ in 0..max_iterations {
        if largest(&gradient) <= TOLERANCE * first {
            break;
        }
        let mut direction = direction(&steps, &gradient);
        let mut slope = dot(&direction, &gradient);
        if slope >= 0.0 {
            steps.clear();
            direction = gradient.iter().map(|of| -of).collect();
            slope = -dot(&gradient, &gradient);
        }
        let mut length = if steps.is_empty() { 1.0 / first.max(1.0) } else { 1.0 };
        let mut found = None;
        for _ in 0..MAX_HALVINGS {
            let tried: Vec<f64> = weights.iter().zip(&direction).map(|(at, of)| at + length * of).collect();
            let (next, next_gradient) = evaluate(loss, &tried);
            if next <= value + SUFFICIENT * length * slope {
                found = Some((tried, next, next_gradient));
                break;
            }
            length *= 0.5;
        }
        // What rounding leaves is no direction to go.
        let Some((tried, next, next_gradient)) = found else { break };
        remember(&mut steps, difference(&tried, &weights), difference(&next_gradient, &gradient));
        (weights, value, gradient) = (tried, next, next_gradient);
    }
    weights
}

fn evaluate(loss: &Loss<'_>, weights: &[f64]) -> (f64, Vec<f64>) {
    let mut gradient = weights.to_vec();
    let last = gradient.len() - 1;
    gradient[last] = 0.0;
    let penalty = 0.5 * dot(&gradient, &gradient);
    let value = penalty + loss.value(weights, &mut gradient);
    (value, gradient)
}

fn direction(steps: &VecDeque<Step>, gradient: &[f64]) -> Vec<f64> {
    let mut direction: Vec<f64> = gradient.iter().map(|of| -of).collect();
    let mut shares = Vec::with_capacity(steps.len());
    for step in steps.iter().rev() {
        let share = dot(&step.moved, &direction) / step.curvature;
        add(&mut direction, &step.changed, -share);
        shares.push(share);
    }
    if let Some(last) = steps.back() {
        let scale = last.curvature / dot(&last.changed, &last.changed);
        direction.iter_mut().for_each(|of| *of *= scale);
    }
    for (step, share) in steps.iter().zip(shares.iter().rev()) {
        let correction = dot(&step.changed, &direction) / step.curvature;
        add(&mut direction, &step.moved, share - correction);
    }
    direction
}

fn remember(steps: &mut VecDeque<Step>, moved: Vec<f64>, changed: Vec<f64>) {
    let curvature = dot(&moved, &changed);
    if curvature <= 1e-12 * dot(&changed, &changed) {
        return;
    }
    if steps.len() == MEMORY {
        steps.pop_front();
    }
    steps.push_back(Step { moved, changed, curvature });
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

fn add(to: &mut [f64], what: &[f64], times: f64) {
    for (to, what) in to.iter_mut().zip(what) {
        *to += times * what;
    }
}

fn difference(one: &[f64], other: &[f64]) -> Vec<f64> {
    one.iter().zip(other).map(|(one, other)| one - other).collect()
}

fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |largest, value| value.abs().max(largest))
}
