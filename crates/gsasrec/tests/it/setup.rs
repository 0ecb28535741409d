use std::sync::{Mutex, MutexGuard, PoisonError};

use filmlens_gsasrec::{BlockKind, Model, ModelConfig, Parameters, Positions};
use tch::{Device, Kind, Tensor};

/// libtorch has one generator of random numbers for the whole process, so whoever draws from it takes turns.
pub struct Chance(#[expect(dead_code, reason = "held until the draws are done")] MutexGuard<'static, ()>);

static GENERATOR: Mutex<()> = Mutex::new(());

impl Chance {
    pub fn seeded(seed: i64) -> Self {
        let guard = GENERATOR.lock().unwrap_or_else(PoisonError::into_inner);
        tch::set_num_threads(1);
        tch::manual_seed(seed);
        Self(guard)
    }

    pub fn normal(&self, shape: &[i64]) -> Tensor {
        Tensor::randn(shape, (Kind::Float, Device::Cpu))
    }

    pub fn item_numbers(&self, items: i64, shape: &[i64]) -> Tensor {
        Tensor::randint_low(1, items + 1, shape, (Kind::Int64, Device::Cpu))
    }

    /// Weights so wide that everything makes a difference.
    pub fn model(&self, config: &ModelConfig) -> Model {
        Model::new(config.clone(), Parameters::take(config, self.tensors(config), Device::Cpu).unwrap())
    }

    pub fn tensors(&self, config: &ModelConfig) -> Vec<(String, Tensor)> {
        let named = Parameters::draw(config, filmlens_gsasrec::Start::Narrow, 0, Device::Cpu);
        let widened = named.iter().map(|(name, tensor)| {
            let center = if name.ends_with("norm.weight") { 1.0 } else { 0.0 };
            (name.to_owned(), self.normal(&tensor.size()) * 0.4 + center)
        });
        widened.collect()
    }
}

pub fn config() -> ModelConfig {
    ModelConfig {
        items: 30,
        dimension: 8,
        heads: 2,
        blocks: 2,
        max_length: 6,
        feed_forward: 2,
        block: BlockKind::Gated,
        positions: Positions::FromStart,
        shared_table: true,
        scale_input: true,
    }
}

pub fn numbers(tensor: &Tensor) -> Vec<f64> {
    Vec::try_from(tensor.detach().to_kind(Kind::Double).flatten(0, -1)).unwrap()
}

#[track_caller]
pub fn assert_close(found: &[f64], expected: &[f64], tolerance: f64, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        let is_close = found == expected || (found - expected).abs() <= tolerance * expected.abs().max(1.0);
        assert!(is_close, "{what}, number {index}: {found} instead of {expected}");
    }
}

#[track_caller]
pub fn assert_tensors_close(found: &Tensor, expected: &Tensor, tolerance: f64, what: &str) {
    assert_eq!(found.size(), expected.size(), "{what}");
    assert_close(&numbers(found), &numbers(expected), tolerance, what);
}
