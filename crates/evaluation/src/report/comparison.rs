use std::collections::HashSet;

use serde::Serialize;

use crate::Error;
use crate::bootstrap::percentile_interval;
use crate::ranking::evaluation::as_map;
use crate::ranking::{Estimate, Evaluation, Metric, Slice};
use crate::report::table::{summary, tables};
use crate::report::{html, plot};
use crate::table;

/// Models side by side, with how far each is ahead of a baseline.
#[derive(Debug, Clone, Serialize)]
pub struct Comparison {
    pub models: Vec<Model>,
    pub baseline: Option<String>,
    /// Of every model but the baseline, over all cases and by history.
    pub differences: Vec<Difference>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Model {
    pub name: String,
    #[serde(flatten)]
    pub evaluation: Evaluation,
}

/// How far a model is ahead of the baseline; the interval is that of the difference, on the same resamples of users.
#[derive(Debug, Clone, Serialize)]
pub struct Difference {
    pub model: String,
    /// all, short, medium or long
    pub slice: &'static str,
    #[serde(serialize_with = "as_map")]
    pub metrics: Vec<(Metric, Estimate)>,
}

impl Comparison {
    /// Differences are taken to the model called `baseline`, resample by resample, so that what makes a case hard for
    /// every model cancels out.
    ///
    /// # Errors
    /// When there is no model, names repeat, or the models were not evaluated on the same cases.
    pub fn new(models: Vec<(String, Evaluation)>, baseline: Option<&str>) -> Result<Self, Error> {
        let models: Vec<Model> =
            models.into_iter().map(|(name, evaluation)| Model { name, evaluation }).collect();
        check(&models)?;
        let Some(name) = baseline else {
            return Ok(Self { models, baseline: None, differences: Vec::new() });
        };
        let Some(base) = models.iter().find(|model| model.name == name) else {
            return Err(Error::NoBaseline { name: name.to_owned() });
        };
        let others = models.iter().filter(|model| model.name != name);
        let differences = others.flat_map(|model| differences(model, base)).collect();
        Ok(Self { differences, baseline: Some(name.to_owned()), models })
    }

    /// Aligned columns for a terminal.
    pub fn to_text(&self) -> String {
        table::to_text(&summary(self), &tables(self))
    }

    /// The fields of this struct, in full precision.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self).expect("keys are text, and no field can fail to serialise")
    }

    /// Bars with their intervals: accuracy, accuracy by history length, and what goes beyond accuracy.
    ///
    /// # Errors
    /// When a figure cannot be drawn.
    pub fn to_svg(&self) -> Result<String, Error> {
        Ok(plot::picture(self).to_svg()?)
    }

    /// One page that needs no other file.
    ///
    /// # Errors
    /// When a figure cannot be drawn.
    pub fn to_html(&self) -> Result<String, Error> {
        Ok(html::render(self, &self.to_svg()?))
    }

    /// What all models share.
    pub(super) fn shared(&self) -> &Evaluation {
        &self.models.first().expect("a comparison has at least one model").evaluation
    }
}

fn check(models: &[Model]) -> Result<(), Error> {
    let first = models.first().ok_or(Error::NoModels)?;
    let mut names = HashSet::new();
    if let Some(model) = models.iter().find(|model| !names.insert(&model.name)) {
        return Err(Error::SameName { name: model.name.clone() });
    }
    let is_other = |model: &&Model| {
        let (one, other) = (&first.evaluation, &model.evaluation);
        one.cases != other.cases || one.settings != other.settings || one.item_count != other.item_count
    };
    match models.iter().find(is_other) {
        Some(model) => Err(Error::DifferentCases { first: first.name.clone(), second: model.name.clone() }),
        None => Ok(()),
    }
}

fn differences<'a>(model: &'a Model, base: &'a Model) -> impl Iterator<Item = Difference> + 'a {
    let confidence = model.evaluation.settings.confidence;
    // The same cases fall into the same slices, in the same order.
    model.evaluation.slices().zip(base.evaluation.slices()).map(move |(slice, base)| Difference {
        model: model.name.clone(),
        slice: slice.name,
        metrics: slice
            .metrics
            .iter()
            .filter_map(|(metric, estimate)| {
                let value = estimate.value - base.get(*metric)?.value;
                let interval = percentile_interval(resampled_differences(slice, base, *metric), confidence);
                Some((*metric, Estimate { value, interval, cases: estimate.cases }))
            })
            .collect(),
    })
}

fn resampled_differences(slice: &Slice, base: &Slice, metric: Metric) -> impl Iterator<Item = f64> {
    slice.resampled_of(metric).iter().zip(base.resampled_of(metric)).map(|(mean, base)| mean - base)
}
