use tch::{Device, Kind, Tensor};

use crate::config::{BlockKind, ModelConfig};

/// The tensors of a model under the names of the reference's state dict, in one fixed order.
pub struct Parameters {
    tensors: Vec<(String, Tensor)>,
}

/// How a tensor is drawn before training.
#[derive(Clone, Copy)]
enum Start {
    Normal,
    /// Uniform within ±√(1.5 / dimension).
    Projection,
    Zeros,
    Ones,
}

struct Slot {
    name: String,
    shape: Vec<i64>,
    start: Start,
}

impl Parameters {
    /// Fresh weights. They depend on the seed alone.
    pub fn draw(config: &ModelConfig, seed: u64, device: Device) -> Self {
        // Drawn on the CPU, so that a seed means the same everywhere.
        tch::manual_seed(seed as i64);
        let tensors = slots(config).into_iter().map(|slot| {
            let tensor = slot.draw(config).to_device(device).set_requires_grad(true);
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
            let tensor = tensor.to_device(device).to_kind(Kind::Float).detach().copy();
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
    fn draw(&self, config: &ModelConfig) -> Tensor {
        let empty = || Tensor::empty(&self.shape, (Kind::Float, Device::Cpu));
        match self.start {
            Start::Normal => empty().normal_(0.0, 0.02),
            Start::Projection => {
                let bound = (1.5 / config.dimension as f64).sqrt();
                empty().uniform_(-bound, bound)
            }
            Start::Zeros => empty().zero_(),
            Start::Ones => empty().fill_(1.0),
        }
    }
}

fn slots(config: &ModelConfig) -> Vec<Slot> {
    let d = config.dimension;
    let wide = d * config.feed_forward;
    let mut slots = Vec::new();
    let mut add =
        |name: String, shape: &[i64], start| slots.push(Slot { name, shape: shape.to_vec(), start });
    add("item_embedding.weight".to_owned(), &[config.table_rows(), d], Start::Normal);
    add("position_embedding.weight".to_owned(), &[config.max_length as i64, d], Start::Normal);
    let norm = |name: &str, add: &mut dyn FnMut(String, &[i64], Start)| {
        add(format!("{name}.weight"), &[d], Start::Ones);
        add(format!("{name}.bias"), &[d], Start::Zeros);
    };
    let linear = |name: String, from: i64, to: i64, start, add: &mut dyn FnMut(String, &[i64], Start)| {
        add(format!("{name}.weight"), &[to, from], start);
        add(format!("{name}.bias"), &[to], Start::Zeros);
    };
    for index in 0..config.blocks {
        let block = format!("transformer_blocks.{index}");
        norm(&format!("{block}.first_norm"), &mut add);
        norm(&format!("{block}.second_norm"), &mut add);
        for part in ["query_proj", "key_proj", "val_proj"] {
            linear(format!("{block}.multihead_attention.{part}"), d, d, Start::Projection, &mut add);
        }
        if config.block == BlockKind::Gated {
            linear(format!("{block}.multihead_attention.out_proj"), d, d, Start::Normal, &mut add);
            linear(format!("{block}.attention_gate"), d, d, Start::Normal, &mut add);
            linear(format!("{block}.feed_forward_gate"), d, d, Start::Normal, &mut add);
        }
        linear(format!("{block}.dense1"), d, wide, Start::Normal, &mut add);
        linear(format!("{block}.dense2"), wide, d, Start::Normal, &mut add);
    }
    norm("seq_norm", &mut add);
    if !config.shared_table {
        add("output_embedding.weight".to_owned(), &[config.table_rows(), d], Start::Normal);
    }
    slots
}
