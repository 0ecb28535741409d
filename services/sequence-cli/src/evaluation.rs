use filmlens_artifacts::{Metric as Figure, Metrics};
use filmlens_datasets::sequences::{Case, SequenceData, Split};
use filmlens_evaluation::ranking::{Evaluation, Settings, Slice};
use filmlens_evaluation::report::Comparison;
use filmlens_gsasrec::Model;
use filmlens_gsasrec::scoring::{Question, rank};
use filmlens_program::lists::RankedCase;
use filmlens_program::ranking::{Examination, POPULARITY, result};
use filmlens_program::{Interrupt, progress};

/// Evaluates models on the same cases.
pub(crate) struct Examiner<'a> {
    examination: Examination<'a>,
    interrupt: Interrupt,
}

/// How a model did beside popularity, and what it ranked.
pub(crate) struct Judged {
    pub(crate) comparison: Comparison,
    pub(crate) lists: Vec<RankedCase>,
}

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
        Ok(Self { examination: Examination::new(data, split, cases, Settings::default())?, interrupt })
    }

    pub(crate) fn compare(&self, name: &str, model: &Model) -> anyhow::Result<Judged> {
        let (evaluation, lists) = self.model(name, model)?;
        let models =
            vec![(POPULARITY.to_owned(), self.examination.popularity()?), (name.to_owned(), evaluation)];
        Ok(Judged { comparison: Comparison::new(models, Some(POPULARITY))?, lists })
    }

    fn model(&self, name: &str, model: &Model) -> anyhow::Result<(Evaluation, Vec<RankedCase>)> {
        let Examination { data, cases, .. } = &self.examination;
        let mut evaluator = self.examination.evaluator()?;
        let questions: Vec<Question<'_>> = cases
            .iter()
            .map(|case| Question { history: case.input(&data.interactions), target: case.target })
            .collect();
        let mut lists = Vec::with_capacity(questions.len());
        let bar = progress::of_cases(questions.len() as u64, name);
        rank(model, &questions, evaluator.list_length(), |indices, answers| {
            bar.inc(indices.len() as u64);
            for (index, answer) in indices.iter().zip(answers) {
                let case = cases[*index];
                evaluator.add(result(case, &answer.top, answer.rank + 1))?;
                lists.push(RankedCase {
                    user: case.user,
                    target: case.target,
                    rank: answer.rank + 1,
                    history_length: case.input,
                    recommended: answer.top.clone(),
                });
            }
            self.interrupt.check()?;
            anyhow::Ok(())
        })?;
        bar.finish_and_clear();
        Ok((evaluator.finish()?, lists))
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
