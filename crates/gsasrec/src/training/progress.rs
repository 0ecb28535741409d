use serde::{Deserialize, Serialize};

/// How far a training has come. It travels in the checkpoint.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Epochs that are done.
    pub epoch: u32,
    /// Batches of the current epoch that are done.
    pub batch: usize,
    /// Batches of all epochs that are done.
    pub steps: u64,
    pub curve: Vec<CurvePoint>,
    pub best: Option<Best>,
    pub seconds: f64,
    pub(super) loss_sum: f64,
    pub(super) loss_positions: u64,
}

/// One epoch of the learning curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    pub epoch: u32,
    pub steps: u64,
    /// Mean over the positions of the epoch.
    pub loss: f64,
    pub learning_rate: f64,
    /// In epochs that end with a validation.
    pub validation: Option<Quality>,
}

/// How well a model finds the items that came next.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    pub ndcg_at_10: f64,
    pub recall_at_10: f64,
    pub recall_at_1: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Best {
    pub epoch: u32,
    pub quality: Quality,
}

impl Progress {
    /// Mean loss of the current epoch so far.
    pub fn loss(&self) -> f64 {
        self.loss_sum / self.loss_positions.max(1) as f64
    }

    /// Validations since the best one.
    pub fn validations_without_better(&self) -> u32 {
        let Some(best) = self.best else { return 0 };
        let later = |point: &&CurvePoint| point.epoch > best.epoch && point.validation.is_some();
        self.curve.iter().filter(later).count() as u32
    }
}
