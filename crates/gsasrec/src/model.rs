use tch::{Device, Kind, Tensor};

use crate::attention::Sight;
use crate::batch::Batch;
use crate::block::Block;
use crate::config::ModelConfig;
use crate::layers::{Dropout, Norm};
use crate::parameters::Parameters;

pub struct Model {
    config: ModelConfig,
    parameters: Parameters,
    items: Tensor,
    positions: Tensor,
    blocks: Vec<Block>,
    norm: Norm,
    output: Tensor,
}

impl Model {
    pub fn new(config: ModelConfig, parameters: Parameters) -> Self {
        let items = parameters.get("item_embedding.weight");
        let output = if config.shared_table {
            items.shallow_clone()
        } else {
            parameters.get("output_embedding.weight")
        };
        Self {
            items,
            positions: parameters.get("position_embedding.weight"),
            blocks: (0..config.blocks).map(|index| Block::new(&config, &parameters, index)).collect(),
            norm: Norm::new(&parameters, "seq_norm"),
            output,
            parameters,
            config,
        }
    }

    pub fn config(&self) -> &ModelConfig {
        &self.config
    }

    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    pub fn device(&self) -> Device {
        self.parameters.device()
    }

    /// The vectors that states are compared with; row = item number.
    pub fn output_table(&self) -> &Tensor {
        &self.output
    }

    /// The same weights, not a copy of them, for another thread.
    pub(crate) fn share(&self) -> Self {
        let output = self.output.shallow_clone();
        Self { output, ..Self::new(self.config.clone(), self.parameters.share()) }
    }

    /// The model for answering with blocks that compute in bfloat16. Scores are made of its states in single
    /// precision.
    pub fn in_bfloat16(&self) -> Self {
        let output = self.output.detach();
        tch::no_grad(|| Self { output, ..self.in_kind(Kind::BFloat16) })
    }

    /// The same weights computing in another precision; gradients flow back to the weights themselves.
    pub(crate) fn in_kind(&self, kind: Kind) -> Self {
        Self::new(self.config.clone(), self.parameters.in_kind(kind))
    }

    /// A state for every slot of the batch, `[rows, slots, dimension]`. What stands in empty slots means nothing.
    pub fn states(&self, batch: &Batch, dropout: Dropout) -> Tensor {
        let mut states = dropout.on_states(self.embed(batch));
        for block in &self.blocks {
            states = block.apply(&states, dropout);
        }
        self.norm.apply(&states)
    }

    /// The state after the newest item of each row, `[rows, dimension]`. The last block computes nothing else.
    pub fn last_states(&self, batch: &Batch) -> Tensor {
        let mut states = self.embed(batch);
        let (last_block, before) = self.blocks.split_last().expect("a configuration has a block or more");
        for block in before {
            states = block.apply(&states, Dropout::NONE);
        }
        let rows = states.size()[0];
        let newest = (batch.lengths() - 1).view([rows, 1, 1]).expand([rows, 1, self.config.dimension], false);
        let last = states.gather(1, &newest, false);
        let mask = (!batch.is_even()).then(|| batch.occupied().view([rows, 1, 1, -1]));
        let sight = mask.as_ref().map_or(Sight::Everything, Sight::Masked);
        let state = last_block.apply_to_last(&last, &states, &sight);
        self.norm.apply(&state).squeeze_dim(1)
    }

    /// How well each item follows, `[rows, items + 1]`: the column is the item number, and column 0 is −∞.
    pub fn scores(&self, states: &Tensor) -> Tensor {
        let items = i64::from(self.config.items);
        let states = states.to_kind(self.output.kind());
        let scores = states.matmul(&self.output.narrow(0, 0, items + 1).tr());
        let _ = scores.narrow(1, 0, 1).fill_(f64::NEG_INFINITY);
        scores
    }

    /// Gradients of `carrier` for every parameter, with `of_table` added to that of the output table.
    pub(crate) fn gradients(&self, carrier: &Tensor, of_table: Tensor) -> Vec<Tensor> {
        let is_output = |name: &str| name == "output_embedding.weight";
        let reached: Vec<&Tensor> =
            self.parameters.iter().filter(|(name, _)| !is_output(name)).map(|(_, tensor)| tensor).collect();
        let mut gradients = Tensor::run_backward(&[carrier], &reached, false, false);
        if self.config.shared_table {
            gradients[0] += of_table;
        } else {
            gradients.push(of_table);
        }
        gradients
    }

    fn embed(&self, batch: &Batch) -> Tensor {
        let mut items = Tensor::embedding(&self.items, batch.items(), -1, false, false);
        if self.config.scale_input {
            items *= (self.config.dimension as f64).sqrt();
        }
        items + Tensor::embedding(&self.positions, batch.positions(), -1, false, false)
    }
}

/// Of a batch's slots, those that hold an item, as indices into its flattened slots.
pub(crate) fn occupied_slots(batch: &Batch) -> Tensor {
    batch.occupied().flatten(0, 1).nonzero().squeeze_dim(1).to_kind(Kind::Int64)
}
