use filmlens_datasets::sequences::Interactions;
use tch::{Kind, Tensor};

use super::windows::Window;
use crate::batch::Batch;
use crate::layers::Dropout;
use crate::loss::{Examples, Loss};
use crate::model::{Model, occupied_slots};

/// What one batch says: its loss, and where every parameter should go.
pub(super) struct Slope {
    /// Mean over the positions.
    pub loss: Tensor,
    pub positions: usize,
    /// In the order of the parameters.
    pub gradients: Vec<Tensor>,
}

pub(super) struct How {
    pub loss: Loss,
    pub dropout: Dropout,
    pub is_mixed: bool,
    /// What the batch's summed loss is divided by. A constant one lets a batch of long histories weigh more than one of
    /// short histories, which training needs where batches hold similar lengths.
    pub divisor: f64,
}

pub(super) fn slope(model: &Model, interactions: &Interactions, windows: &[Window], how: &How) -> Slope {
    let device = model.device();
    let histories: Vec<&[u32]> = windows.iter().map(|window| window.inputs(interactions)).collect();
    let targets: Vec<i64> =
        windows.iter().flat_map(|window| window.targets(interactions)).map(|item| i64::from(*item)).collect();
    let targets = Tensor::from_slice(&targets).to_device(device);
    let batch = Batch::new(model.config(), &histories, device);
    let states = if how.is_mixed {
        model.in_kind(Kind::BFloat16).states(&batch, how.dropout).to_kind(Kind::Float)
    } else {
        model.states(&batch, how.dropout)
    };
    let flat = states.flatten(0, 1);
    let states =
        if batch.is_even() { flat } else { flat.index_select(0, &occupied_slots(&batch)) };

    let detached = states.detach();
    let table = model.output_table().detach();
    let examples = Examples { states: &detached, targets: &targets, table: &table };
    let negatives = how.loss.draw(model.config().items.into(), targets.size()[0], device);
    let flow = how.loss.gradients(&examples, &negatives);

    // The gradient of this sum with respect to the states is what the loss said.
    let carrier = (states * (flow.states / how.divisor)).sum(Kind::Float);
    let gradients = model.gradients(&carrier, flow.table / how.divisor);
    let positions = targets.numel();
    Slope { loss: flow.loss / positions as f64, positions, gradients }
}
