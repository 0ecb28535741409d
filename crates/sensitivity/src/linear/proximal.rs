use super::loss::Loss;

const TOLERANCE: f64 = 1e-9;

/// The weights with the sum of their sizes as penalty, by accelerated proximal gradient steps.
pub(super) fn minimize(loss: &Loss<'_>, max_iterations: usize) -> Vec<f64> {
    let width = loss.width();
    let mut weights = vec![0.0; width];
    let mut ahead = weights.clone();
    let (mut momentum, mut bound) = (1.0_f64, 1.0_f64);
    for _ in 0..max_iterations {
        let mut gradient = vec![0.0; width];
        let value = loss.value(&ahead, &mut gradient);
        let next = loop {
            let next = shrunk_step(&ahead, &gradient, bound);
            let moved: Vec<f64> = next.iter().zip(&ahead).map(|(next, at)| next - at).collect();
            let linear: f64 = moved.iter().zip(&gradient).map(|(moved, slope)| moved * slope).sum();
            let square: f64 = moved.iter().map(|moved| moved * moved).sum();
            let reached = loss.value(&next, &mut vec![0.0; width]);
            if reached <= value + linear + 0.5 * bound * square + 1e-12 * value.abs() {
                break next;
            }
            bound *= 2.0;
        };
        let farther = 0.5 * (1.0 + (1.0 + 4.0 * momentum * momentum).sqrt());
        let push = (momentum - 1.0) / farther;
        let largest =
            next.iter().zip(&weights).fold(0.0, |most: f64, (next, at)| most.max((next - at).abs()));
        ahead = next.iter().zip(&weights).map(|(next, at)| next + push * (next - at)).collect();
        weights = next;
        momentum = farther;
        if largest < TOLERANCE {
            break;
        }
    }
    weights
}

fn shrunk_step(at: &[f64], gradient: &[f64], bound: f64) -> Vec<f64> {
    let last = at.len() - 1;
    let step = |(index, (at, slope)): (usize, (&f64, &f64))| {
        let moved = at - slope / bound;
        if index == last { moved } else { moved.signum() * (moved.abs() - 1.0 / bound).max(0.0) }
    };
    at.iter().zip(gradient).enumerate().map(step).collect()
}
