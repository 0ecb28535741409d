use tch::Tensor;

use crate::attention::{Attention, Sight};
use crate::config::{BlockKind, ModelConfig};
use crate::layers::{Dropout, Linear, Norm};
use crate::parameters::Parameters;

pub(crate) struct Block {
    first_norm: Norm,
    second_norm: Norm,
    attention: Attention,
    dense1: Linear,
    dense2: Linear,
    gates: Option<Gates>,
}

struct Gates {
    attention: Linear,
    feed_forward: Linear,
}

impl Block {
    pub(crate) fn new(config: &ModelConfig, parameters: &Parameters, index: usize) -> Self {
        let name = format!("transformer_blocks.{index}");
        let linear = |part: &str| Linear::new(parameters, &format!("{name}.{part}"));
        let is_gated = config.block == BlockKind::Gated;
        Self {
            first_norm: Norm::new(parameters, &format!("{name}.first_norm")),
            second_norm: Norm::new(parameters, &format!("{name}.second_norm")),
            attention: Attention::new(
                parameters,
                &format!("{name}.multihead_attention"),
                config.heads,
                is_gated,
            ),
            dense1: linear("dense1"),
            dense2: linear("dense2"),
            gates: is_gated.then(|| Gates {
                attention: linear("attention_gate"),
                feed_forward: linear("feed_forward_gate"),
            }),
        }
    }

    /// States of all positions.
    pub(crate) fn apply(&self, states: &Tensor, dropout: Dropout) -> Tensor {
        self.compute(states, None, &Sight::Causal, dropout)
    }

    /// The state of one position of each row; `last` is `[rows, 1, dimension]`, cut out of `states`.
    pub(crate) fn apply_to_last(&self, last: &Tensor, states: &Tensor, sight: &Sight<'_>) -> Tensor {
        self.compute(last, Some(states), sight, Dropout::NONE)
    }

    /// `all`: the states to look at, where they are others than those that look.
    fn compute(&self, input: &Tensor, all: Option<&Tensor>, sight: &Sight<'_>, dropout: Dropout) -> Tensor {
        match &self.gates {
            None => {
                let queries = self.first_norm.apply(input);
                let mixed =
                    self.attention.apply(&queries, all.unwrap_or(input), sight, dropout.attention) + queries;
                let normed = self.second_norm.apply(&mixed);
                self.feed_forward(&normed, dropout) + normed
            }
            Some(gates) => {
                let queries = self.first_norm.apply(input);
                let keys = all.map_or_else(|| queries.shallow_clone(), |all| self.first_norm.apply(all));
                let mixed = self.attention.apply(&queries, &keys, sight, dropout.attention);
                let gated = mixed * gates.attention.apply(input).sigmoid();
                let between = input + dropout.on_states(gated);
                let normed = self.second_norm.apply(&between);
                let gated =
                    self.feed_forward(&normed, dropout) * gates.feed_forward.apply(&between).sigmoid();
                between + gated
            }
        }
    }

    fn feed_forward(&self, input: &Tensor, dropout: Dropout) -> Tensor {
        let hidden = dropout.on_states(self.dense1.apply(input).relu());
        dropout.on_states(self.dense2.apply(&hidden))
    }
}
