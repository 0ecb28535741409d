//! Where the item that really came next stands among the whole catalogue, for many histories.

use filmlens_evaluation::{rank_of, top_k};
use rayon::prelude::*;
use tch::Device;

use crate::batch::Batch;
use crate::model::Model;

/// A history, and the item that came next.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    pub history: &'a [u32],
    pub target: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// How many unseen items score higher than the target, or as high with a smaller number.
    pub rank: usize,
    /// The best unseen items, best first.
    pub top: Vec<u32>,
}

/// How many numbers the scores of a batch may take.
const SCORES_AT_ONCE: usize = 1 << 24;
const MOST_ROWS: usize = 512;

/// Ranks the whole catalogue after each history, without the items that occur in it. `report` hears of answers in
/// batches: the indices of their questions, and the answers.
pub fn rank<E>(
    model: &Model,
    questions: &[Question<'_>],
    top: usize,
    mut report: impl FnMut(&[usize], Vec<Answer>) -> Result<(), E>,
) -> Result<(), E> {
    let _no_grad = tch::no_grad_guard();
    let columns = model.config().items as usize + 1;
    let rows = (SCORES_AT_ONCE / columns).clamp(1, MOST_ROWS);
    let mut order: Vec<usize> = (0..questions.len()).collect();
    order.sort_by_key(|index| questions[*index].history.len().min(model.config().max_length));
    for indices in order.chunks(rows) {
        let batch: Vec<Question<'_>> = indices.iter().map(|index| questions[*index]).collect();
        report(indices, rank_batch(model, &batch, top))?;
    }
    Ok(())
}

fn rank_batch(model: &Model, questions: &[Question<'_>], top: usize) -> Vec<Answer> {
    let histories: Vec<&[u32]> = questions.iter().map(|question| question.history).collect();
    let batch = Batch::new(model.config(), &histories, model.device());
    let scores = model.scores(&model.last_states(&batch)).to_device(Device::Cpu).contiguous();
    let columns = model.config().items as usize + 1;
    let mut numbers = vec![0.0; scores.numel()];
    scores.copy_data(&mut numbers, scores.numel());
    let rows = numbers.par_chunks(columns).zip(questions);
    rows.map(|(scores, question)| {
        // A target that was watched before is asked about all the same.
        let seen: Vec<u32> =
            question.history.iter().copied().filter(|item| *item != question.target).collect();
        let mut best = top_k(scores, top, &seen);
        best.retain(|item| !scores[*item as usize].is_nan());
        // Weights that ran away make every item equal to every other: no reason to call them perfect.
        let is_scored = !scores[question.target as usize].is_nan();
        let rank = if is_scored { rank_of(scores, question.target, &seen) - 1 } else { columns - 1 };
        Answer { rank, top: best }
    })
    .collect()
}
