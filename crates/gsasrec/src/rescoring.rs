use std::cmp::Ordering;

use filmlens_inference::{ModelError, ScoredItem, SequenceQuery};
use tch::{Kind, Tensor};

/// How many items more than are wanted get an exact score. Near the tenth of 84,000 random scores, some 20 are too
/// close for bfloat16.
const SPARE: usize = 54;

/// An item table of half the size, which finds the items that may be among the best, and the table with their scores.
pub(crate) struct Rescoring {
    half: Tensor,
    exact: Tensor,
}

impl Rescoring {
    /// `exact`: row = item number.
    pub(crate) fn new(exact: Tensor) -> Self {
        Self { half: exact.to_kind(Kind::BFloat16), exact }
    }

    pub(crate) fn half(&self) -> &Tensor {
        &self.half
    }

    /// Asks for more than is wanted.
    pub(crate) fn widened(query: &SequenceQuery) -> SequenceQuery {
        SequenceQuery { k: query.k + query.k.max(SPARE), ..query.clone() }
    }

    /// The `k` best of a list by their scores in single precision.
    pub(crate) fn best(
        &self,
        state: &Tensor,
        candidates: &[ScoredItem],
        k: usize,
    ) -> Result<Vec<ScoredItem>, ModelError> {
        let items: Vec<i64> = candidates.iter().map(|candidate| candidate.item.into()).collect();
        let rows = self.exact.index_select(0, &Tensor::from_slice(&items).to_device(self.exact.device()));
        let scores: Vec<f32> = rows.mv(&state.to_kind(Kind::Float)).try_into()?;
        let rescored = |(candidate, score): (&ScoredItem, f32)| ScoredItem { item: candidate.item, score };
        let mut scored: Vec<ScoredItem> = candidates.iter().zip(scores).map(rescored).collect();
        scored.sort_by(better_first);
        scored.truncate(k);
        Ok(scored)
    }
}

fn better_first(left: &ScoredItem, right: &ScoredItem) -> Ordering {
    right.score.total_cmp(&left.score).then(left.item.cmp(&right.item))
}
