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
        rows(&self.states(histories))
    }

    fn recommend(&mut self, queries: &[SequenceQuery]) -> Result<Vec<Vec<ScoredItem>>, ModelError> {
        let _no_grad = tch::no_grad_guard();
        let histories: Vec<&[u32]> = queries.iter().map(|query| query.history.as_slice()).collect();
        let scores = rows(&self.model.scores(&self.states(&histories)))?;
        Ok(queries.iter().zip(scores).map(|(query, scores)| best_items(&scores, query)).collect())
    }
}

fn rows(matrix: &Tensor) -> Result<Vec<Vec<f32>>, ModelError> {
    let matrix = matrix.to_device(Device::Cpu).to_kind(Kind::Float).contiguous();
    let [_, columns] = matrix.size()[..] else { return Err("the model gave no matrix".into()) };
    let mut numbers = vec![0.0_f32; matrix.numel()];
    matrix.f_copy_data(&mut numbers, matrix.numel())?;
    Ok(numbers.chunks(columns as usize).map(<[f32]>::to_vec).collect())
}
