use filmlens_inference::{ModelError, ScoredItem, SequenceModel, SequenceQuery, Shape, best_items};
use tch::{Device, Kind, Tensor};

use crate::rescoring::Rescoring;
use crate::workers::Workers;
use crate::{Batch, Error, Model};

/// From so many requests on, the item table is multiplied in pieces.
const MANY: i64 = 4;

/// A model that answers requests. Lists come from one walk over the item table for the whole batch.
pub struct SequenceEngine {
    model: Model,
    /// On a GPU a batch is computed as one.
    workers: Option<Workers>,
    rescoring: Option<Rescoring>,
    scores: Vec<f32>,
}

/// What the numbers between item vectors and scores are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum NumberFormat {
    #[default]
    Single,
    /// Half the memory to read, and twice the arithmetic where the processor has it. Scores of the listed items are in
    /// single precision, of states that are not.
    Bfloat16,
}

impl SequenceEngine {
    /// Computes on as many threads as libtorch may use on this one.
    pub fn new(model: Model, format: NumberFormat) -> Result<Self, Error> {
        let (model, rescoring) = match format {
            NumberFormat::Single => (model, None),
            NumberFormat::Bfloat16 => {
                let model = model.in_bfloat16();
                let items = i64::from(model.config().items);
                let table = model.output_table().narrow(0, 0, items + 1);
                (model, Some(Rescoring::new(table)))
            }
        };
        let workers = if model.device() == Device::Cpu { Some(Workers::start(&model)?) } else { None };
        Ok(Self { model, workers, rescoring, scores: Vec::new() })
    }

    fn states(&self, histories: &[&[u32]]) -> Tensor {
        let config = self.model.config();
        let shared_out = self.workers.as_ref().and_then(|workers| workers.last_states(config, histories));
        shared_out
            .unwrap_or_else(|| self.model.last_states(&Batch::new(config, histories, self.model.device())))
    }

    /// Of all items for each state, row after row.
    fn score(&mut self, states: &Tensor) -> Result<(), ModelError> {
        let items = i64::from(self.model.config().items);
        let exact = self.model.output_table().narrow(0, 0, items + 1);
        let table = self.rescoring.as_ref().map_or(&exact, Rescoring::half);
        let states = states.to_kind(table.kind());
        let scores = match &self.workers {
            Some(workers) if states.size()[0] >= MANY => workers.products(&states, table),
            _ => states.matmul(&table.tr()),
        };
        let scores = scores.to_device(Device::Cpu).to_kind(Kind::Float).contiguous();
        self.scores.resize(scores.numel(), 0.0);
        scores.f_copy_data(&mut self.scores, scores.numel())?;
        Ok(())
    }

    fn best(&self, queries: &[SequenceQuery]) -> Vec<Vec<ScoredItem>> {
        let columns = self.model.config().items as usize + 1;
        let scores = &self.scores;
        let best = |row: usize, query: &SequenceQuery| best_items(&scores[row * columns..][..columns], query);
        match &self.workers {
            Some(workers) => workers.for_all(queries, best),
            None => queries.iter().enumerate().map(|(row, query)| best(row, query)).collect(),
        }
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
        let states = self.states(histories).to_device(Device::Cpu).to_kind(Kind::Float).contiguous();
        let mut numbers = vec![0.0; states.numel()];
        states.f_copy_data(&mut numbers, states.numel())?;
        Ok(numbers.chunks(self.shape().dimension).map(<[f32]>::to_vec).collect())
    }

    fn recommend(&mut self, queries: &[SequenceQuery]) -> Result<Vec<Vec<ScoredItem>>, ModelError> {
        let _no_grad = tch::no_grad_guard();
        let histories: Vec<&[u32]> = queries.iter().map(|query| query.history.as_slice()).collect();
        let states = self.states(&histories);
        self.score(&states)?;
        let Some(rescoring) = &self.rescoring else { return Ok(self.best(queries)) };
        let widened: Vec<SequenceQuery> = queries.iter().map(Rescoring::widened).collect();
        let mut lists = self.best(&widened);
        for (row, (list, query)) in lists.iter_mut().zip(queries).enumerate() {
            *list = rescoring.best(&states.get(row as i64), list, query.k)?;
        }
        Ok(lists)
    }
}
