use std::path::Path;

use filmlens_artifacts::{Metric as Figure, Metrics};
use filmlens_datasets::Error as DataError;
use filmlens_datasets::movielens::ratings_file;
use filmlens_evaluation::rating::{CrossValidation, Resampling};
use filmlens_evaluation::report::Comparison;
use filmlens_program::Interrupt;
use filmlens_program::output::note;
use filmlens_program::ranking::POPULARITY;
use filmlens_program::tracked;
use filmlens_recommend::Method;
use serde_json::{Value, json};

use super::data::DEMO_FILMES;
use crate::cross_validate::{Dealing, Runner};
use crate::histories::Histories;
use crate::hyper_parameters::HyperParameters;
use crate::rankers::Ranker;
use crate::ratings::{self, Limits};
use crate::side_by_side::side_by_side;
use crate::{latent_lens, rating_models};

/// The share of the ratings that is held back, and the seed by which it is drawn.
const HELD_OUT: (f64, u64) = (0.2, 42);

/// How good the methods are that were trained, as far as the data can tell.
#[derive(Default)]
pub(super) struct Figures {
    /// Of ratings held back.
    pub(super) ratings: Option<CrossValidation>,
    /// Of everybody's last film.
    pub(super) ranking: Option<Comparison>,
}

impl Figures {
    pub(super) fn of(
        source: &Path,
        limits: Limits,
        methods: &[Method],
        settings: &HyperParameters,
        interrupt: &Interrupt,
    ) -> anyhow::Result<Self> {
        if source.as_os_str() == DEMO_FILMES && !source.exists() {
            return Ok(Self::default());
        }
        let ratings = match ratings_file(source) {
            Some(_) => of_ratings(source, limits, methods, settings, interrupt)?,
            None => None,
        };
        // Histories are numbered as for sequence models, where nobody chooses among users and films.
        let is_whole = limits.max_users.is_none() && limits.max_movies.is_none();
        let ranking = if is_whole { of_ranking(source, methods, settings, interrupt)? } else { None };
        Ok(Self { ratings, ranking })
    }

    pub(super) fn to_text(&self) -> String {
        let mut text = String::new();
        if let Some(ratings) = &self.ratings {
            text += &format!("Ratings that were held back\n\n{}\n", ratings.to_text());
        }
        if let Some(ranking) = &self.ranking {
            text += &format!("Everybody's last film\n\n{}\n", ranking.to_text());
        }
        text
    }

    pub(super) fn to_json(&self) -> Value {
        json!({
            "ratings": self.ratings.as_ref().map(CrossValidation::to_json),
            "ranking": self.ranking.as_ref().map(Comparison::to_json),
        })
    }

    /// What the manifest keeps: the errors of predicted stars, and how well the last film is found, by method.
    pub(super) fn metrics(&self) -> Metrics {
        let mut metrics = Metrics::new();
        if let Some(ratings) = &self.ratings {
            let of_model = |model: &filmlens_evaluation::rating::RatedModel| -> Figure {
                let figures = [("rmse", model.rmse.mean), ("mae", model.mae.mean)];
                Metrics::from(figures.map(|(name, value)| (name.to_owned(), value.into()))).into()
            };
            let models = ratings.models.iter().map(|model| (model.name.clone(), of_model(model)));
            metrics.insert("ratings".to_owned(), models.collect::<Metrics>().into());
        }
        if let Some(ranking) = &self.ranking {
            let of_model = |model: &filmlens_evaluation::report::Model| -> Figure {
                let figures = model.evaluation.overall.metrics.iter();
                figures
                    .map(|(metric, found)| (metric.to_string(), found.value.into()))
                    .collect::<Metrics>()
                    .into()
            };
            let models = ranking.models.iter().map(|model| (model.name.clone(), of_model(model)));
            metrics.insert("ranking".to_owned(), models.collect::<Metrics>().into());
        }
        metrics
    }

    /// The same under names without groups.
    pub(super) fn numbers(&self) -> Vec<(String, f64)> {
        let mut numbers = Vec::new();
        flatten("", &self.metrics(), &mut numbers);
        numbers
    }

    /// The pages to publish with the models.
    pub(super) fn pages(&self) -> anyhow::Result<Vec<(&'static str, String)>> {
        let mut pages = Vec::new();
        if let Some(ranking) = &self.ranking {
            pages.push(("report.html", ranking.to_html()?));
        }
        if let Some(ratings) = &self.ratings {
            // The one report of models that only predict stars.
            let name = if pages.is_empty() { "report.html" } else { "ratings.html" };
            pages.push((name, ratings.to_html()?));
        }
        Ok(pages)
    }

    pub(super) fn record_for_latent_lens(
        &self,
        arguments: &tracked::Arguments,
        out: &Path,
        settings: &HyperParameters,
        limits: Limits,
    ) -> anyhow::Result<()> {
        match &self.ratings {
            Some(ratings) => latent_lens::record(arguments, out, ratings, settings, limits),
            None => Ok(()),
        }
    }
}

fn of_ratings(
    source: &Path,
    limits: Limits,
    methods: &[Method],
    settings: &HyperParameters,
    interrupt: &Interrupt,
) -> anyhow::Result<Option<CrossValidation>> {
    let data = ratings::read(source, limits)?;
    let models = rating_models::of_methods(methods, data.ratings.len());
    let (share, seed) = HELD_OUT;
    let dealing = Dealing::share(data.ratings.len(), share, seed);
    if models.is_empty() || dealing.check().is_err() {
        return Ok(None);
    }
    let runner = Runner { ratings: &data.ratings, dealing: &dealing, settings, interrupt: interrupt.clone() };
    let mut folds = Vec::new();
    for model in models {
        folds.push((model.name.to_owned(), runner.run(model)?));
    }
    Ok(Some(CrossValidation::new(folds, None, Resampling::default())?))
}

fn of_ranking(
    source: &Path,
    methods: &[Method],
    settings: &HyperParameters,
    interrupt: &Interrupt,
) -> anyhow::Result<Option<Comparison>> {
    let histories = match Histories::read(source) {
        Ok(histories) => histories,
        Err(error) if matches!(error.downcast_ref(), Some(DataError::NobodyLeft { .. })) => {
            note(&format!(
                "there is nobody to ask about the last film, so no ranking is evaluated: {error:#}"
            ));
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    if ratings_file(source).is_some() && !histories.has_stars() {
        note(
            "no ranking is evaluated: the histories in the folder are not those of the ratings, which train",
        );
        return Ok(None);
    }
    let cases = &histories.split.test;
    if cases.is_empty() {
        note("there is nobody to ask about the last film, so no ranking is evaluated");
        return Ok(None);
    }
    let examiner = histories.examiner(cases, interrupt)?;
    let rankers: Vec<Ranker> = methods.iter().map(|method| Ranker::Served(*method)).collect();
    let evaluations = side_by_side(&examiner, &histories.ranking(), &rankers, settings)?;
    Ok(Some(Comparison::new(evaluations, Some(POPULARITY))?))
}

fn flatten(prefix: &str, metrics: &Metrics, numbers: &mut Vec<(String, f64)>) {
    for (name, metric) in metrics {
        let name = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match metric {
            Figure::Number(value) => numbers.push((name, *value)),
            Figure::Group(group) => flatten(&name, group, numbers),
        }
    }
}
