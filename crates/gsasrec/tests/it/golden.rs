//! Against what a PyTorch twin of the reference makes of the same weights.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use filmlens_gsasrec::import::{Unsaid, from_reference};
use filmlens_gsasrec::loss::{Examples, Gradients, Loss, Negatives};
use filmlens_gsasrec::{Batch, Dropout, Model};
use serde::Deserialize;
use tch::{Device, Kind, Tensor};

use crate::setup::{assert_close, numbers};

const TOLERANCE: f64 = 1e-5;

#[derive(Deserialize)]
struct Golden {
    shape: GoldenShape,
    models: BTreeMap<String, GoldenModel>,
    generalised_positive: Vec<GeneralisedPositive>,
}

#[derive(Deserialize)]
struct GoldenShape {
    heads: i64,
    max_length: usize,
}

#[derive(Deserialize)]
struct GoldenModel {
    histories: Vec<GoldenHistory>,
    batches: Vec<GoldenBatch>,
}

#[derive(Deserialize)]
struct GoldenHistory {
    history: Vec<u32>,
    states: Vec<Vec<f64>>,
    last_state: Vec<f64>,
    scores: Vec<f64>,
}

#[derive(Deserialize)]
struct GoldenBatch {
    sequences: Vec<Vec<u32>>,
    negatives: Vec<Vec<Vec<i64>>>,
    gbce_threshold: f64,
    gbce_loss: f64,
    gbce_gradient_norms: BTreeMap<String, f64>,
    full_softmax_loss: f64,
    sampled_softmax_corrected_loss: f64,
}

#[derive(Deserialize)]
struct GeneralisedPositive {
    items: i64,
    negatives: i64,
    threshold: f64,
    logits: Vec<f64>,
    transformed: Vec<f64>,
}

fn golden() -> Golden {
    serde_json::from_slice(&fs::read(folder().join("golden.json")).unwrap()).unwrap()
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn models() -> Vec<(Model, GoldenModel)> {
    let Golden { shape, models, .. } = golden();
    let unsaid = Unsaid { heads: shape.heads, max_length: shape.max_length };
    let import = |(name, expected): (String, GoldenModel)| {
        let weights = fs::read(folder().join(format!("{name}.safetensors"))).unwrap();
        (from_reference(&weights, unsaid, Device::Cpu).unwrap(), expected)
    };
    let models: Vec<_> = models.into_iter().map(import).collect();
    assert_eq!(models.len(), 2);
    models
}

/// Everybody's states where an item follows, as `[positions, dimension]`, and the items that do.
struct Positions {
    states: Tensor,
    targets: Tensor,
}

impl Positions {
    fn of(model: &Model, sequences: &[Vec<u32>]) -> Self {
        let longest = model.config().max_length + 1;
        let seen: Vec<&[u32]> =
            sequences.iter().map(|items| &items[items.len().saturating_sub(longest)..]).collect();
        let inputs: Vec<&[u32]> = seen.iter().map(|items| &items[..items.len() - 1]).collect();
        let states = model.states(&Batch::new(model.config(), &inputs, Device::Cpu), Dropout::NONE);
        let rows = (0..).zip(&inputs).map(|(row, input)| states.get(row).narrow(0, 0, input.len() as i64));
        let targets: Vec<i64> =
            seen.iter().flat_map(|items| &items[1..]).map(|item| i64::from(*item)).collect();
        Self { states: Tensor::cat(&rows.collect::<Vec<_>>(), 0), targets: Tensor::from_slice(&targets) }
    }

    fn gradients(&self, model: &Model, loss: Loss, negatives: &Negatives) -> Gradients {
        let (states, table) = (self.states.detach(), model.output_table().detach());
        loss.gradients(&Examples { states: &states, targets: &self.targets, table: &table }, negatives)
    }
}

fn of_each(batch: &GoldenBatch) -> Tensor {
    let rows: Vec<Tensor> = batch.negatives.iter().flatten().map(|row| Tensor::from_slice(row)).collect();
    Tensor::stack(&rows, 0)
}

#[test]
fn states_and_scores_are_those_of_the_reference() {
    for (model, expected) in models() {
        for GoldenHistory { history, states, last_state, scores } in &expected.histories {
            let batch = Batch::new(model.config(), &[history], Device::Cpu);
            let found = model.states(&batch, Dropout::NONE);
            assert_close(&numbers(&found), &states.concat(), TOLERANCE, "states");
            let last = model.last_states(&batch);
            assert_close(&numbers(&last), last_state, TOLERANCE, "last state");
            let found = tch::no_grad(|| model.scores(&last));
            // The reference scores its padding, too, and what is no item.
            let items = 1..scores.len() - 1;
            assert_close(&numbers(&found)[1..], &scores[items], TOLERANCE, "scores");
        }
    }
}

#[test]
fn histories_of_all_lengths_in_one_batch_are_those_of_the_reference() {
    for (model, expected) in models() {
        let histories: Vec<&[u32]> = expected.histories.iter().map(|one| one.history.as_slice()).collect();
        let batch = Batch::new(model.config(), &histories, Device::Cpu);
        let (states, last) = (model.states(&batch, Dropout::NONE), model.last_states(&batch));
        for (row, one) in (0..).zip(&expected.histories) {
            let found = states.get(row).narrow(0, 0, one.states.len() as i64);
            assert_close(&numbers(&found), &one.states.concat(), TOLERANCE, "states");
            assert_close(&numbers(&last.get(row)), &one.last_state, TOLERANCE, "last state");
        }
    }
}

#[test]
fn gbce_and_its_gradients_are_those_of_the_reference() {
    for (model, expected) in models() {
        for batch in &expected.batches {
            let negatives = of_each(batch);
            let loss = Loss::Gbce { negatives: negatives.size()[1], calibration: batch.gbce_threshold };
            let positions = Positions::of(&model, &batch.sequences);
            let found = positions.gradients(&model, loss, &Negatives::OfEach(negatives));
            let count = positions.targets.numel() as f64;
            assert_close(&[found.loss.double_value(&[]) / count], &[batch.gbce_loss], TOLERANCE, "gBCE");

            for (_, parameter) in model.parameters().iter() {
                parameter.shallow_clone().zero_grad();
            }
            (&positions.states * found.states / count).sum(Kind::Float).backward();
            let output =
                if model.config().shared_table { "item_embedding.weight" } else { "output_embedding.weight" };
            for (name, parameter) in model.parameters().iter() {
                let mut gradient = parameter.grad();
                if name == output {
                    let of_table = &found.table / count;
                    gradient = if gradient.defined() { gradient + of_table } else { of_table };
                }
                let norm = gradient.norm().double_value(&[]);
                assert_close(&[norm], &[batch.gbce_gradient_norms[name]], TOLERANCE, name);
            }
            assert_eq!(batch.gbce_gradient_norms.len(), model.parameters().iter().count());
        }
    }
}

#[test]
fn the_full_softmax_is_that_of_the_twin() {
    for (model, expected) in models() {
        for batch in &expected.batches {
            let positions = Positions::of(&model, &batch.sequences);
            let found = positions.gradients(&model, Loss::FullSoftmax {}, &Negatives::None);
            let mean = found.loss.double_value(&[]) / positions.targets.numel() as f64;
            assert_close(&[mean], &[batch.full_softmax_loss], TOLERANCE, "full softmax");
        }
    }
}

#[test]
fn the_corrected_sampled_softmax_is_that_of_the_twin() {
    for (model, expected) in models() {
        for batch in &expected.batches {
            let Positions { states, targets } = Positions::of(&model, &batch.sequences);
            let negatives = of_each(batch);
            let loss = Loss::SampledSoftmax { negatives: negatives.size()[1], corrected: true };
            let count = targets.numel();
            // The twin's negatives are others in every position, and here a batch shares them.
            let losses = (0..count as i64).map(|index| {
                let one =
                    Positions { states: states.narrow(0, index, 1), targets: targets.narrow(0, index, 1) };
                let negatives = Negatives::Shared(negatives.get(index));
                one.gradients(&model, loss, &negatives).loss.double_value(&[])
            });
            let mean = losses.sum::<f64>() / count as f64;
            assert_close(&[mean], &[batch.sampled_softmax_corrected_loss], TOLERANCE, "sampled softmax");
        }
    }
}

#[test]
fn gbce_needs_no_clamps_where_those_of_the_reference_do_not_bite() {
    for case in golden().generalised_positive {
        let GeneralisedPositive { items, negatives, threshold, logits, transformed } = case;
        let loss = Loss::Gbce { negatives, calibration: threshold };
        for (logit, transformed) in logits.into_iter().zip(transformed) {
            // The only item with a vector is the target: every negative scores 0 and costs log 2.
            let table = Tensor::zeros([items + 2, 1], (Kind::Float, Device::Cpu));
            let _ = table.get(1).fill_(1.0);
            let states = Tensor::from_slice(&[logit as f32]).view([1, 1]);
            let targets = Tensor::from_slice(&[1_i64]);
            let others = Negatives::OfEach(Tensor::full([1, negatives], 2, (Kind::Int64, Device::Cpu)));
            let found =
                loss.gradients(&Examples { states: &states, targets: &targets, table: &table }, &others);
            let of_negatives = negatives as f64 * std::f64::consts::LN_2;
            let of_target = found.loss.double_value(&[]) * (negatives + 1) as f64 - of_negatives;
            let of_reference = (-transformed).exp().ln_1p();
            if logit > -20.0 {
                assert_close(&[of_target], &[of_reference], TOLERANCE, &format!("the logit {logit}"));
            } else {
                assert!(of_target >= of_reference - TOLERANCE, "{of_target} at {logit}");
            }
        }
    }
}
