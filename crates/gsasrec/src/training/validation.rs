use filmlens_datasets::sequences::{Case, Interactions};

use super::progress::Quality;
use crate::Model;
use crate::scoring::{Question, rank};

const CUT: usize = 10;

/// `goes_on` hears how many cases are done of how many. When it says no, there is no answer.
pub(super) fn validate(
    model: &Model,
    interactions: &Interactions,
    cases: &[Case],
    mut goes_on: impl FnMut(usize, usize) -> bool,
) -> Option<Quality> {
    struct BrokenOff;

    let questions: Vec<Question<'_>> = cases
        .iter()
        .map(|case| Question { history: case.input(interactions), target: case.target })
        .collect();
    let mut ranks = vec![usize::MAX; questions.len()];
    let mut done = 0;
    let ranked = rank(model, &questions, 1, |indices, answers| {
        for (index, answer) in indices.iter().zip(answers) {
            ranks[*index] = answer.rank;
        }
        done += indices.len();
        if goes_on(done, cases.len()) { Ok(()) } else { Err(BrokenOff) }
    });
    ranked.ok()?;
    // Summed in the order of the cases, so that the figure is the same to the last digit.
    let mean = |value: fn(usize) -> f64| {
        ranks.iter().map(|rank| value(*rank)).sum::<f64>() / ranks.len().max(1) as f64
    };
    Some(Quality {
        ndcg_at_10: mean(|rank| if rank < CUT { 1.0 / (rank as f64 + 2.0).log2() } else { 0.0 }),
        recall_at_10: mean(|rank| f64::from(u8::from(rank < CUT))),
        recall_at_1: mean(|rank| f64::from(u8::from(rank == 0))),
    })
}
