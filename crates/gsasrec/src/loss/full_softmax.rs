use tch::Kind;

use super::{Examples, Gradients, chunks};

pub(super) fn gradients(examples: &Examples<'_>) -> Gradients {
    let mut result = Gradients::zeros(examples);
    let items = examples.item_rows();
    let mut items_gradient = result.table.narrow(0, 1, examples.items());
    for (start, length) in chunks(examples.positions(), examples.items(), items.device()) {
        let states = examples.states.narrow(0, start, length);
        let targets = (examples.targets.narrow(0, start, length) - 1).unsqueeze(1);
        let mut chances = states.mm(&items.tr()).softmax(-1, Kind::Float);
        let chance_of_target = chances.gather(1, &targets, false);
        result.loss -= chance_of_target.clamp_min(f64::from(f32::MIN_POSITIVE)).log().sum(Kind::Double);
        let _ = chances.scatter_(1, &targets, &(chance_of_target - 1.0));
        result.states.narrow(0, start, length).copy_(&chances.mm(&items));
        let _ = items_gradient.addmm_(&chances.tr(), &states);
    }
    result
}
