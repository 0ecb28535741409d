use std::error::Error;
use std::sync::Arc;

use crate::ItemSet;

/// Why a model could not be built or could not answer.
pub type ModelError = Box<dyn Error + Send + Sync>;

/// A model that tells what comes next. It lives on the thread that built it.
///
/// An engine calls it with queries that fit its [`Shape`]: histories that are not empty, not longer than `max_length`
/// and name only items from 1 to `item_count`.
pub trait SequenceModel {
    fn shape(&self) -> Shape;

    /// The last state of each history, `dimension` numbers each, in the order of the histories.
    fn embed(&mut self, histories: &[&[u32]]) -> Result<Vec<Vec<f32>>, ModelError>;

    /// The best items of each query, best first, in the order of the queries. An item that the query excludes or
    /// does not allow never appears, so there may be fewer than `k`.
    fn recommend(&mut self, queries: &[SequenceQuery]) -> Result<Vec<Vec<ScoredItem>>, ModelError>;

    /// The work of one request, in units of the model's choice that batches and queues are limited by. In a batch
    /// each counts as much as the costliest, since shorter histories are padded.
    ///
    /// By default a unit is an item of history, and scoring the item table adds as many as it is worth. Reading the
    /// table is not part of it: that is done once for a whole batch.
    fn cost(shape: &Shape, history: &[u32]) -> u64
    where
        Self: Sized,
    {
        history.len().min(shape.max_length) as u64 + shape.scoring_cost()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Items are numbered from 1 to this.
    pub item_count: u32,
    /// How many numbers an embedding has.
    pub dimension: usize,
    /// How many of a history's last items the model sees.
    pub max_length: usize,
}

/// How many blocks an item of history is taken to pass: those of a model of four, whose last one computes little.
const BLOCKS: u64 = 3;

impl Shape {
    /// The arithmetic of scoring every item for one request, in items of history; approximate, and rounded down.
    ///
    /// Scores take 2 · items · dimension FLOPs. An item of history takes about 12 · dimension² in each block: 10 for
    /// three projections and two layers, and 2 or so for attention to the items before it.
    fn scoring_cost(&self) -> u64 {
        u64::from(self.item_count) / (6 * BLOCKS * self.dimension.max(1) as u64)
    }
}

/// A request for the items that go best with a history.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SequenceQuery {
    /// Item numbers, oldest first.
    pub history: Vec<u32>,
    /// How many items are wanted.
    pub k: usize,
    /// Items that must not appear, in any order. What was seen is not excluded by itself.
    pub excluded: Vec<u32>,
    /// The only items that may appear; all of them where there is none.
    pub allowed: Option<Arc<ItemSet>>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScoredItem {
    pub item: u32,
    pub score: f32,
}
