use filmlens_artifacts::{Metric as Figure, Metrics};
use filmlens_datasets::sequences::{Case, SequenceData, Split, popularity};
use filmlens_evaluation::Popularity;
use filmlens_evaluation::ranking::{
    CaseResult, Catalogue, Evaluation, ItemFacts, RankingEvaluator, Settings, Slice,
};
use filmlens_evaluation::report::Comparison;
use filmlens_gsasrec::Model;
use filmlens_gsasrec::scoring::{Question, rank};

use crate::interrupt::Interrupt;
use crate::progress;

/// Evaluates models on the same cases.
pub(crate) struct Examiner<'a> {
    data: &'a SequenceData,
    cases: &'a [Case],
    catalogue: Catalogue,
    interrupt: Interrupt,
}

/// The name under which popularity stands in every comparison.
const POPULARITY: &str = "popularity";

/// A name that can stand beside popularity's.
pub(crate) fn model_name(name: String) -> anyhow::Result<String> {
    if name == POPULARITY {
        anyhow::bail!("every model is compared with {POPULARITY}: give this one another name with --name");
    }
    Ok(name)
}

impl<'a> Examiner<'a> {
    pub(crate) fn new(
        data: &'a SequenceData,
        split: &Split,
        cases: &'a [Case],
        interrupt: Interrupt,
    ) -> anyhow::Result<Self> {
        let counts = popularity(&data.interactions, split).into_iter().map(u64::from).collect();
        let mut catalogue = Catalogue::new(data.interactions.item_count(), counts)?;
        if let Some(facts) = facts(data)? {
            catalogue = catalogue.with_facts(facts);
        }
        Ok(Self { data, cases, catalogue, interrupt })
    }

    pub(crate) fn compare(&self, name: &str, model: &Model) -> anyhow::Result<Comparison> {
        let models =
            vec![(POPULARITY.to_owned(), self.popularity()?), (name.to_owned(), self.model(name, model)?)];
        Ok(Comparison::new(models, Some(POPULARITY))?)
    }

    fn model(&self, name: &str, model: &Model) -> anyhow::Result<Evaluation> {
        let mut evaluator = RankingEvaluator::new(self.catalogue.clone(), Settings::default())?;
        let questions: Vec<Question<'_>> = self
            .cases
            .iter()
            .map(|case| Question { history: case.input(&self.data.interactions), target: case.target })
            .collect();
        let bar = progress::of_cases(questions.len() as u64, name);
        rank(model, &questions, evaluator.list_length(), |indices, answers| {
            bar.inc(indices.len() as u64);
            for (index, answer) in indices.iter().zip(answers) {
                evaluator.add(self.result(self.cases[*index], &answer.top, answer.rank + 1))?;
            }
            self.interrupt.check()?;
            anyhow::Ok(())
        })?;
        bar.finish_and_clear();
        Ok(evaluator.finish()?)
    }

    fn popularity(&self) -> anyhow::Result<Evaluation> {
        let mut evaluator = RankingEvaluator::new(self.catalogue.clone(), Settings::default())?;
        let popularity = Popularity::new(self.catalogue.training_counts());
        for case in self.cases {
            let seen = case.input(&self.data.interactions);
            // What was watched before and is asked about again would otherwise be ranked among the seen.
            let seen: Vec<u32> = seen.iter().copied().filter(|item| *item != case.target).collect();
            let list = popularity.top_k(evaluator.list_length(), &seen);
            evaluator.add(self.result(*case, &list, popularity.rank_of(case.target, &seen)))?;
        }
        Ok(evaluator.finish()?)
    }

    fn result<'b>(&self, case: Case, recommended: &'b [u32], rank: usize) -> CaseResult<'b> {
        CaseResult {
            user: case.user,
            target: case.target,
            recommended,
            rank: Some(rank),
            history_length: case.input,
        }
    }
}

/// What a manifest keeps of an evaluation.
pub(crate) fn figures(comparison: &Comparison, name: &str) -> Metrics {
    let Some(model) = comparison.models.iter().find(|model| model.name == name) else {
        return Metrics::new();
    };
    let of_slice = |slice: &Slice| -> Metrics {
        let figures =
            slice.metrics.iter().map(|(metric, estimate)| (metric.to_string(), estimate.value.into()));
        figures.chain([("cases".to_owned(), (slice.cases as f64).into())]).collect()
    };
    model.evaluation.slices().map(|slice| (slice.name.to_owned(), Figure::Group(of_slice(slice)))).collect()
}

fn facts(data: &SequenceData) -> anyhow::Result<Option<ItemFacts>> {
    let Some(known) = &data.facts else { return Ok(None) };
    let mut facts = ItemFacts::new();
    for item in 1..=data.interactions.item_count() {
        let genres = known.genres(item).iter().map(|genre| known.genre_names()[*genre as usize].as_str());
        facts.set(item, genres, known.year(item))?;
    }
    Ok(Some(facts))
}
