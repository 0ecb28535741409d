use tch::{Kind, Tensor};

use super::{Examples, Gradients, chunks};

/// `negatives`: item numbers for the whole batch. One that happens to be a position's target does not count there.
pub(super) fn gradients(examples: &Examples<'_>, negatives: &Tensor, corrected: bool) -> Gradients {
    let mut result = Gradients::zeros(examples);
    let count = negatives.size()[0];
    let others = examples.table.index_select(0, negatives);
    let mut others_gradient = others.zeros_like();
    for (start, length) in chunks(examples.positions(), count, others.device()) {
        let states = examples.states.narrow(0, start, length);
        let targets = examples.targets.narrow(0, start, length);
        let own = examples.table.index_select(0, &targets);
        let is_target = negatives.unsqueeze(0).eq_tensor(&targets.unsqueeze(1));
        let mut scores = states.mm(&others.tr()).masked_fill(&is_target, f64::NEG_INFINITY);
        if corrected {
            let drawn = (is_target.sum_dim_intlist(1, true, Kind::Float) - count as f64).neg().clamp_min(1.0);
            scores += (drawn.reciprocal() * (examples.items() - 1) as f64).log();
        }
        let own_score = (&states * &own).sum_dim_intlist(1, true, Kind::Float);
        let chances = Tensor::cat(&[own_score, scores], 1).softmax(-1, Kind::Float);
        let of_target = chances.narrow(1, 0, 1);
        let of_others = chances.narrow(1, 1, count);
        result.loss -= of_target.clamp_min(f64::from(f32::MIN_POSITIVE)).log().sum(Kind::Double);

        let pull = of_target - 1.0;
        result.states.narrow(0, start, length).copy_(&(of_others.mm(&others) + &pull * &own));
        let _ = others_gradient.addmm_(&of_others.tr(), &states);
        let _ = result.table.index_add_(0, &targets, &(pull * &states));
    }
    let _ = result.table.index_add_(0, negatives, &others_gradient);
    result
}
