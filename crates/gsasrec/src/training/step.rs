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
    /// What the batch's summed loss is divided by; its own positions where there is none. A constant one lets a batch of
    /// long histories weigh more than one of short histories, which training needs where batches hold similar lengths.
    pub divisor: Option<f64>,
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
    let states = if batch.is_even() { flat } else { flat.index_select(0, &occupied_slots(&batch)) };

    let detached = states.detach();
    let table = model.output_table().detach();
    let examples = Examples { states: &detached, targets: &targets, table: &table };
    let negatives = how.loss.draw(model.config().items.into(), targets.size()[0], device);
    let flow = how.loss.gradients(&examples, &negatives);

    let positions = targets.numel();
    let divisor = how.divisor.unwrap_or(positions as f64);
    // The gradient of this sum with respect to the states is what the loss said.
    let carrier = (states * (flow.states / divisor)).sum(Kind::Float);
    let gradients = model.gradients(&carrier, flow.table / divisor);
    Slope { loss: flow.loss / positions as f64, positions, gradients }
}

#[cfg(test)]
mod tests {
    use tch::Device;

    use super::*;
    use crate::config::{BlockKind, ModelConfig, Positions};
    use crate::loss::Negatives;
    use crate::parameters::Parameters;
    use crate::training::Coverage;
    use crate::training::windows::EpochPlan;

    const DIVISOR: f64 = 7.0;

    fn models() -> impl Iterator<Item = Model> {
        [(BlockKind::Reference, false), (BlockKind::Reference, true), (BlockKind::Gated, true)]
            .into_iter()
            .map(|(block, shared_table)| {
                let config = ModelConfig {
                    items: 12,
                    dimension: 6,
                    heads: 2,
                    blocks: 2,
                    max_length: 5,
                    feed_forward: 2,
                    block,
                    positions: Positions::FromStart,
                    shared_table,
                    scale_input: true,
                };
                let drawn = Parameters::draw(&config, crate::Start::Narrow, 3, Device::Cpu);
                // Wide enough for everything to make a difference.
                let wide = drawn.iter().map(|(name, tensor)| {
                    let center = if name.ends_with("norm.weight") { 1.0 } else { 0.0 };
                    (name.to_owned(), tensor.detach().randn_like() * 0.4 + center)
                });
                Model::new(config.clone(), Parameters::take(&config, wide.collect(), Device::Cpu).unwrap())
            })
    }

    /// Everything under automatic differentiation, one history after the other.
    fn naive(
        model: &Model,
        interactions: &Interactions,
        windows: &[Window],
        how: &How,
    ) -> (f64, Vec<Tensor>) {
        let states: Vec<Tensor> = windows
            .iter()
            .map(|window| {
                let batch = Batch::new(model.config(), &[window.inputs(interactions)], Device::Cpu);
                model.states(&batch, Dropout::NONE).get(0)
            })
            .collect();
        let states = Tensor::cat(&states, 0);
        let targets = windows.iter().flat_map(|window| window.targets(interactions));
        let targets = Tensor::from_slice(&targets.map(|item| i64::from(*item)).collect::<Vec<_>>());
        let table = model.output_table();
        let own = (&states * table.index_select(0, &targets)).sum_dim_intlist(1, true, Kind::Float);
        let loss = match how.loss.draw(model.config().items.into(), targets.size()[0], Device::Cpu) {
            Negatives::None => states.mm(&table.narrow(0, 1, 12).tr()).logsumexp([1], true) - own,
            Negatives::Shared(items) => {
                let others = states.mm(&table.index_select(0, &items).tr());
                let hits = items.unsqueeze(0).eq_tensor(&targets.unsqueeze(1));
                Tensor::cat(&[&own, &others.masked_fill(&hits, f64::NEG_INFINITY)], 1).logsumexp([1], true)
                    - own
            }
            Negatives::OfEach(items) => {
                let size = [items.size()[0], items.size()[1], 6];
                let others = table.index_select(0, &items.flatten(0, 1)).view(size).bmm(&states.unsqueeze(2));
                (others.squeeze_dim(2).softplus().sum_dim_intlist(1, true, Kind::Float)
                    + own.neg().softplus())
                    / 4.0
            }
        };
        let parameters: Vec<&Tensor> = model.parameters().tensors().collect();
        let gradients = Tensor::run_backward(&[loss.sum(Kind::Float) / DIVISOR], &parameters, false, false);
        (loss.mean(Kind::Float).double_value(&[]), gradients)
    }

    #[test]
    fn a_step_has_the_gradients_of_automatic_differentiation() {
        tch::set_num_threads(1);
        let histories = [vec![3, 1, 4, 1, 5, 9], vec![2, 6], vec![5, 3, 5, 8], vec![7, 9, 12, 10, 11]];
        let interactions = Interactions::from_histories(histories).unwrap();
        let training = [6, 2, 4, 5];
        let plan = EpochPlan {
            training: &training,
            max_length: 5,
            coverage: Coverage::Whole,
            batches: super::super::windows::Batches::Similar,
            batch_size: 9,
            seed: 1,
        };
        let epoch = plan.epoch(0);
        for model in models() {
            for loss in [
                Loss::FullSoftmax {},
                Loss::SampledSoftmax { negatives: 4, corrected: false },
                Loss::Gbce { negatives: 3, calibration: 0.0 },
            ] {
                let how = How { loss, dropout: Dropout::NONE, is_mixed: false, divisor: Some(DIVISOR) };
                tch::manual_seed(5);
                let slope = slope(&model, &interactions, epoch.batch(0), &how);
                tch::manual_seed(5);
                let (mean, gradients) = naive(&model, &interactions, epoch.batch(0), &how);
                assert_eq!(slope.positions, 5 + 1 + 3 + 4);
                assert!((slope.loss.double_value(&[]) - mean).abs() < 1e-5 * mean, "{loss:?}");
                assert_eq!(slope.gradients.len(), gradients.len());
                for ((name, _), (found, expected)) in
                    model.parameters().iter().zip(slope.gradients.iter().zip(&gradients))
                {
                    assert_eq!(found.size(), expected.size(), "{name}");
                    let most = expected.abs().max().double_value(&[]);
                    let furthest = (found - expected).abs().max().double_value(&[]);
                    assert!(furthest <= 1e-4 * most + 1e-6, "{loss:?}, {name}: {furthest} of {most}");
                }
            }
        }
    }
}
