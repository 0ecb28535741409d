use serde::{Deserialize, Serialize};
use tch::{Device, Kind, Tensor};

use crate::config::{BlockKind, ModelConfig};

/// The tensors of a model under the names of the reference's state dict, in one fixed order.
pub struct Parameters {
    tensors: Vec<(String, Tensor)>,
}

/// How weights are drawn before training.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Start {
    /// Normal with deviation 0.02; projections of the attention uniform within ±√(1.5 / dimension).
    #[default]
    Narrow,
    /// As PyTorch's layers start: vectors normal with deviation 1, layers uniform within ±√(1 / width of their input).
    Pytorch,
}

/// What a tensor is for, as far as its first numbers depend on it.
#[derive(Clone, Copy)]
enum Role {
    Vectors,
    Projection,
    Layer,
    Bias { inputs: i64 },
    Shift,
    Scale,
}

struct Slot {
    name: String,
    shape: Vec<i64>,
    role: Role,
}

impl Parameters {
    /// Fresh weights. They depend on the seed alone.
    pub fn draw(config: &ModelConfig, start: Start, seed: u64, device: Device) -> Self {
        // Drawn on the CPU, so that a seed means the same everywhere.
        tch::manual_seed(seed as i64);
        let tensors = slots(config).into_iter().map(|slot| {
            let tensor = slot.draw(start).to_device(device).set_requires_grad(true);
            (slot.name, tensor)
        });
        Self { tensors: tensors.collect() }
    }

    /// Takes over tensors by name. Every shape must be the one that the configuration asks for.
    pub fn take(
        config: &ModelConfig,
        mut given: Vec<(String, Tensor)>,
        device: Device,
    ) -> Result<Self, crate::Error> {
        let mut tensors = Vec::new();
        for slot in slots(config) {
            let Some(index) = given.iter().position(|(name, _)| *name == slot.name) else {
                return Err(crate::Error::MissingTensor { name: slot.name, shape: slot.shape });
            };
            let (name, tensor) = given.swap_remove(index);
            if tensor.size() != slot.shape {
                return Err(crate::Error::Shape { name, expected: slot.shape, found: tensor.size() });
            }
            let tensor = tensor.to_device(device).to_kind(Kind::Float).detach();
            if tensor.isfinite().all().int64_value(&[]) == 0 {
                return Err(crate::Error::NotFinite { name });
            }
            tensors.push((name, tensor.set_requires_grad(true)));
        }
        match given.first() {
            Some((name, tensor)) => {
                Err(crate::Error::UnknownTensor { name: name.clone(), shape: tensor.size() })
            }
            None => Ok(Self { tensors }),
        }
    }

    pub(crate) fn get(&self, name: &str) -> Tensor {
        let found = self.tensors.iter().find(|(own, _)| own == name);
        found.map(|(_, tensor)| tensor.shallow_clone()).expect("the model asks for names of its own slots")
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &Tensor)> {
        self.tensors.iter().map(|(name, tensor)| (name.as_str(), tensor))
    }

    pub(crate) fn tensors(&self) -> impl Iterator<Item = &Tensor> {
        self.tensors.iter().map(|(_, tensor)| tensor)
    }

    pub fn device(&self) -> Device {
        self.tensors[0].1.device()
    }

    /// How many numbers there are in all.
    pub fn count(&self) -> usize {
        self.tensors().map(Tensor::numel).sum()
    }

    /// The same numbers in another precision, still tied to these ones by their gradients.
    pub(crate) fn in_kind(&self, kind: Kind) -> Self {
        let cast = |(name, tensor): &(String, Tensor)| (name.clone(), tensor.to_kind(kind));
        Self { tensors: self.tensors.iter().map(cast).collect() }
    }

    /// The same tensors once more, not a copy of them.
    pub(crate) fn share(&self) -> Self {
        let share = |(name, tensor): &(String, Tensor)| (name.clone(), tensor.shallow_clone());
        Self { tensors: self.tensors.iter().map(share).collect() }
    }

    /// A copy that later training does not touch.
    pub fn snapshot(&self) -> Self {
        let copy = |(name, tensor): &(String, Tensor)| (name.clone(), tensor.detach().copy());
        Self { tensors: self.tensors.iter().map(copy).collect() }
    }
}

impl Slot {
    fn draw(&self, start: Start) -> Tensor {
        let mut empty = Tensor::empty(&self.shape, (Kind::Float, Device::Cpu));
        let inputs = *self.shape.last().unwrap_or(&1) as f64;
        let mut within = |bound: f64| empty.uniform_(-bound, bound);
        match (self.role, start) {
            (Role::Scale, _) => empty.fill_(1.0),
            (Role::Shift, _) | (Role::Bias { .. }, Start::Narrow) => empty.zero_(),
            (Role::Projection, Start::Narrow) => within((1.5 / inputs).sqrt()),
            (Role::Vectors | Role::Layer, Start::Narrow) => empty.normal_(0.0, 0.02),
            (Role::Vectors, Start::Pytorch) => empty.normal_(0.0, 1.0),
            (Role::Projection | Role::Layer, Start::Pytorch) => within(inputs.recip().sqrt()),
            (Role::Bias { inputs }, Start::Pytorch) => within((inputs as f64).recip().sqrt()),
        }
    }
}

fn slots(config: &ModelConfig) -> Vec<Slot> {
    let d = config.dimension;
    let wide = d * config.feed_forward;
    let mut slots = Slots(Vec::new());
    slots.add("item_embedding.weight", &[config.table_rows(), d], Role::Vectors);
    slots.add("position_embedding.weight", &[config.max_length as i64, d], Role::Vectors);
    for index in 0..config.blocks {
        let block = format!("transformer_blocks.{index}");
        slots.add_norm(&format!("{block}.first_norm"), d);
        slots.add_norm(&format!("{block}.second_norm"), d);
        for part in ["query_proj", "key_proj", "val_proj"] {
            slots.add_layer(&format!("{block}.multihead_attention.{part}"), d, d, Role::Projection);
        }
        if config.block == BlockKind::Gated {
            for part in ["multihead_attention.out_proj", "attention_gate", "feed_forward_gate"] {
                slots.add_layer(&format!("{block}.{part}"), d, d, Role::Layer);
            }
        }
        slots.add_layer(&format!("{block}.dense1"), d, wide, Role::Layer);
        slots.add_layer(&format!("{block}.dense2"), wide, d, Role::Layer);
    }
    slots.add_norm("seq_norm", d);
    if !config.shared_table {
        slots.add("output_embedding.weight", &[config.table_rows(), d], Role::Vectors);
    }
    slots.0
}

struct Slots(Vec<Slot>);

impl Slots {
    fn add(&mut self, name: &str, shape: &[i64], role: Role) {
        self.0.push(Slot { name: name.to_owned(), shape: shape.to_vec(), role });
    }

    fn add_norm(&mut self, name: &str, width: i64) {
        self.add(&format!("{name}.weight"), &[width], Role::Scale);
        self.add(&format!("{name}.bias"), &[width], Role::Shift);
    }

    fn add_layer(&mut self, name: &str, inputs: i64, outputs: i64, role: Role) {
        self.add(&format!("{name}.weight"), &[outputs, inputs], role);
        self.add(&format!("{name}.bias"), &[outputs], Role::Bias { inputs });
    }
}
