use filmlens_evaluation::ranking::Evaluation;
use filmlens_program::ranking::POPULARITY;
use filmlens_recommend::Method;

use crate::examiner::Examiner;
use crate::hyper_parameters::HyperParameters;
use crate::rankers::{Ranker, RankingData};
use crate::watch::{OnBar, bar, from_training};

/// Trains the methods one after the other and lets each rank the cases; popularity comes first.
pub(crate) fn side_by_side(
    examiner: &Examiner<'_>,
    ranking: &RankingData<'_>,
    rankers: &[Ranker],
    settings: &HyperParameters,
) -> anyhow::Result<Vec<(String, Evaluation)>> {
    let mut evaluations = vec![(POPULARITY.to_owned(), examiner.examination.popularity()?)];
    // Without stars, what is popular is what was watched most.
    let is_new = |ranker: &&Ranker| **ranker != Ranker::Served(Method::Popular) || ranking.has_stars;
    for ranker in rankers.iter().filter(is_new) {
        let bar = bar(1, ranker.name());
        let model = ranking.train(*ranker, settings, &mut OnBar::new(&bar, examiner.interrupt));
        bar.finish_and_clear();
        let model = model.map_err(from_training)?;
        evaluations.push((ranker.name().to_owned(), examiner.judge(ranker.name(), &*model)?));
    }
    Ok(evaluations)
}
