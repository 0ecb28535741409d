use filmlens_inference::{ModelError, ScoredItem, SequenceModel, SequenceQuery, Shape, best_items};
use tch::{Device, Kind, Tensor};

use crate::{Batch, Model};

/// A model that answers requests. Lists come from one walk over the item table for the whole batch.
pub struct SequenceEngine {
    model: Model,
}

impl SequenceEngine {
    pub fn new(model: Model) -> Self {
        Self { model }
    }

    fn states(&self, histories: &[&[u32]]) -> Tensor {
        self.model.last_states(&Batch::new(self.model.config(), histories, self.model.device()))
    }
}

impl SequenceModel for SequenceEngine {
    fn shape(&self) -> Shape {
        let config = self.model.config();
        Shape {
            item_count: config.items,
            dimension: config.dimension as usize,
            max_length: config.max_length,
        }
    }

    fn embed(&mut self, histories: &[&[u32]]) -> Result<Vec<Vec<f32>>, ModelError> {
        let _no_grad = tch::no_grad_guard();
        let states = numbers(&self.states(histories))?;
        Ok(states.chunks(self.shape().dimension).map(<[f32]>::to_vec).collect())
    }

    fn recommend(&mut self, queries: &[SequenceQuery]) -> Result<Vec<Vec<ScoredItem>>, ModelError> {
        let _no_grad = tch::no_grad_guard();
        let histories: Vec<&[u32]> = queries.iter().map(|query| query.history.as_slice()).collect();
        let scores = numbers(&self.model.scores(&self.states(&histories)))?;
        let of_each = scores.chunks(self.shape().item_count as usize + 1);
        Ok(queries.iter().zip(of_each).map(|(query, scores)| best_items(scores, query)).collect())
    }
}

/// Of all rows, one after the other.
fn numbers(matrix: &Tensor) -> Result<Vec<f32>, ModelError> {
    let matrix = matrix.to_device(Device::Cpu).to_kind(Kind::Float).contiguous();
    let mut numbers = vec![0.0; matrix.numel()];
    matrix.f_copy_data(&mut numbers, matrix.numel())?;
    Ok(numbers)
}
