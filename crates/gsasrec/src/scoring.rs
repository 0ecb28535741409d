//! Where the item that really came next stands among the whole catalogue, for many histories.

use tch::{Kind, Tensor};

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
    let device = model.device();
    let histories: Vec<&[u32]> = questions.iter().map(|question| question.history).collect();
    let mut scores = model.scores(&model.last_states(&Batch::new(model.config(), &histories, device)));
    let columns = scores.size()[1];
    let targets: Vec<i64> = questions.iter().map(|question| i64::from(question.target)).collect();
    let targets = Tensor::from_slice(&targets).to_device(device).unsqueeze(1);
    let of_target = scores.gather(1, &targets, false);

    let seen: Vec<i64> = (0..)
        .zip(&histories)
        .flat_map(|(row, history): (i64, _)| history.iter().map(move |item| row * columns + i64::from(*item)))
        .collect();
    let _ = scores.view(-1).index_fill_(0, &Tensor::from_slice(&seen).to_device(device), f64::NEG_INFINITY);
    // A target that was watched before is asked about all the same.
    let _ = scores.scatter_(1, &targets, &of_target);

    let numbers = Tensor::arange(columns, (Kind::Int64, device)).unsqueeze(0);
    let ties_before = scores.eq_tensor(&of_target).logical_and(&numbers.lt_tensor(&targets));
    let ranks = scores.gt_tensor(&of_target).logical_or(&ties_before).sum_dim_intlist(1, false, Kind::Int64);
    let (best_scores, best) = scores.topk((top as i64).min(columns - 1), 1, true, true);
    // Where fewer than `top` are left, seen items fill the list up.
    let unseen = best_scores.isneginf().logical_not().sum_dim_intlist(1, false, Kind::Int64);
    let ranks: Vec<i64> = ranks.try_into().expect("ranks are a vector of integers");
    let best: Vec<Vec<i64>> = best.try_into().expect("the best are a matrix of integers");
    let unseen: Vec<i64> = unseen.try_into().expect("counts are a vector of integers");
    ranks
        .into_iter()
        .zip(best.into_iter().zip(unseen))
        .map(|(rank, (best, unseen))| Answer {
            rank: rank as usize,
            top: best.into_iter().take(unseen as usize).map(|item| item as u32).collect(),
        })
        .collect()
}
