use tch::Tensor;

use crate::parameters::Parameters;

const NORM_EPSILON: f64 = 1e-5;

pub(crate) struct Linear {
    weight: Tensor,
    bias: Tensor,
}

impl Linear {
    pub(crate) fn new(parameters: &Parameters, name: &str) -> Self {
        let get = |part| parameters.get(&format!("{name}.{part}"));
        Self { weight: get("weight"), bias: get("bias") }
    }

    pub(crate) fn apply(&self, input: &Tensor) -> Tensor {
        input.linear(&self.weight, Some(&self.bias))
    }
}

pub(crate) struct Norm {
    weight: Tensor,
    bias: Tensor,
}

impl Norm {
    pub(crate) fn new(parameters: &Parameters, name: &str) -> Self {
        let get = |part| parameters.get(&format!("{name}.{part}"));
        Self { weight: get("weight"), bias: get("bias") }
    }

    pub(crate) fn apply(&self, input: &Tensor) -> Tensor {
        input.layer_norm(self.weight.size(), Some(&self.weight), Some(&self.bias), NORM_EPSILON, true)
    }
}

/// Randomly silenced numbers while training; nothing at all otherwise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dropout {
    /// Of item vectors, feed-forward parts and gated branches.
    pub states: f64,
    /// Of attention weights. Above 0 it rules out the fused attention kernels.
    pub attention: f64,
}

impl Dropout {
    pub const NONE: Self = Self { states: 0.0, attention: 0.0 };

    pub(crate) fn on_states(&self, input: Tensor) -> Tensor {
        if self.states > 0.0 { input.dropout(self.states, true) } else { input }
    }
}
