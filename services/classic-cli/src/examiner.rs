use std::collections::HashSet;

use filmlens_collaborative::{Profile, Recommender};
use filmlens_datasets::sequences::Case;
use filmlens_evaluation::ranking::Evaluation;
use filmlens_evaluation::{rank_of, top_k};
use filmlens_program::lists::{RankedCase, RankedLists};
use filmlens_program::ranking::{Examination, result};
use filmlens_program::{Interrupt, progress};
use rayon::prelude::*;

/// How many cases are ranked between two looks at whether to stop.
const BLOCK: usize = 256;

/// Lets models rank the cases of an examination.
pub(crate) struct Examiner<'a> {
    pub(crate) examination: Examination<'a>,
    /// The stars of each user's history, where there are any.
    pub(crate) stars: Option<&'a [Vec<f32>]>,
    pub(crate) interrupt: &'a Interrupt,
}

impl Examiner<'_> {
    pub(crate) fn judge(&self, name: &str, model: &dyn Recommender) -> anyhow::Result<Evaluation> {
        let mut evaluator = self.examination.evaluator()?;
        let length = evaluator.list_length();
        let rank = |scores: &mut Vec<f32>, case: &Case| {
            let (items, stars) = self.profile(case);
            model.score(Profile { items: &items, stars: &stars }, scores);
            let seen: Vec<u32> = items.into_iter().filter(|item| *item != case.target).collect();
            (top_k(scores, length, &seen), rank_of(scores, case.target, &seen))
        };
        let scores = || vec![f32::NEG_INFINITY; model.item_count() as usize + 1];
        let bar = progress::of_cases(self.examination.cases.len() as u64, name);
        for block in self.examination.cases.chunks(BLOCK) {
            self.interrupt.check()?;
            let ranked: Vec<(Vec<u32>, usize)> = block.par_iter().map_init(scores, rank).collect();
            for (case, (list, rank)) in block.iter().zip(&ranked) {
                evaluator.add(result(*case, list, *rank))?;
            }
            bar.inc(block.len() as u64);
        }
        bar.finish_and_clear();
        Ok(evaluator.finish()?)
    }

    /// Judges what another program ranked; that it was asked the same is seen when it is compared.
    pub(crate) fn judge_lists(&self, lists: &RankedLists) -> anyhow::Result<Evaluation> {
        let data = self.examination.data;
        if lists.data.fingerprint != data.fingerprint {
            anyhow::bail!(
                "{} ranked other data than {}: that of {}",
                lists.model,
                data.name,
                lists.data.name
            );
        }
        let mut evaluator = self.examination.evaluator()?;
        for RankedCase { user, target, rank, history_length, recommended } in &lists.cases {
            let case = Case { user: *user, input: *history_length, target: *target };
            evaluator.add(result(case, recommended, *rank))?;
        }
        Ok(evaluator.finish()?)
    }

    /// What somebody had watched, each film once, with the stars of the last time.
    fn profile(&self, case: &Case) -> (Vec<u32>, Vec<f32>) {
        let history = case.input(&self.examination.data.interactions);
        let mut known = HashSet::with_capacity(history.len());
        let mut places: Vec<usize> =
            (0..history.len()).rev().filter(|place| known.insert(history[*place])).collect();
        places.reverse();
        let stars = |place: usize| self.stars.map_or(1.0, |stars| stars[case.user as usize][place]);
        places.into_iter().map(|place| (history[place], stars(place))).unzip()
    }
}
