use std::process::ExitCode;

use filmlens_evaluation::ranking::Metric;
use filmlens_program::output::{self, note};
use toml::{Table, Value};

use super::grid::candidates;
use crate::examiner::Examiner;
use crate::hyper_parameters::HyperParameters;
use crate::rankers::{Ranker, RankingData};
use crate::watch::{OnBar, bar, from_training};

const BY: Metric = Metric::Ndcg { at: 10 };

/// Tries every candidate of each method on the cases of the examiner, and prints the best ones as a recipe.
pub(super) fn run(
    ranking: &RankingData<'_>,
    examiner: &Examiner<'_>,
    rankers: &[Ranker],
    settings: &HyperParameters,
) -> anyhow::Result<ExitCode> {
    let mut recipe = Table::new();
    for ranker in rankers {
        let candidates = candidates(*ranker);
        if candidates.iter().all(Table::is_empty) {
            continue;
        }
        let mut best: Option<(f64, Table)> = None;
        for candidate in candidates {
            let settings = settings.with(*ranker, &candidate)?;
            let quality = quality(ranking, examiner, *ranker, &settings)?;
            note(&format!("{ranker:<10} {} {quality:.4} for {}", BY.label(), in_a_line(&candidate)));
            if best.as_ref().is_none_or(|(so_far, _)| quality > *so_far) {
                best = Some((quality, candidate));
            }
        }
        if let Some((_, table)) = best {
            recipe.insert(ranker.name().to_owned(), Value::Table(table));
        }
    }
    output::print(&recipe.to_string())?;
    Ok(ExitCode::SUCCESS)
}

fn quality(
    ranking: &RankingData<'_>,
    examiner: &Examiner<'_>,
    ranker: Ranker,
    settings: &HyperParameters,
) -> anyhow::Result<f64> {
    let bar = bar(1, ranker.name());
    let model = ranking.train(ranker, settings, &mut OnBar::new(&bar, examiner.interrupt));
    bar.finish_and_clear();
    let evaluation = examiner.judge(ranker.name(), &*model.map_err(from_training)?)?;
    Ok(evaluation.overall.get(BY).map_or(0.0, |estimate| estimate.value))
}

fn in_a_line(table: &Table) -> String {
    let settings: Vec<String> = table.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    settings.join(", ")
}
