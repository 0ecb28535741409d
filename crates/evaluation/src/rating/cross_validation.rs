use std::collections::{BTreeSet, HashSet};

use serde::Serialize;
use serde_json::Value;

use crate::page::Page;
use crate::rating::model::{Fold, FoldFigures, RatedModel};
use crate::rating::overall::Pooled;
use crate::rating::{Overall, Scale, Spread, plot, tables};
use crate::table::{self, Table};
use crate::{Error, bootstrap};

/// Models side by side on the same folds, with how far each is from a baseline.
#[derive(Debug, Clone, Serialize)]
pub struct CrossValidation {
    pub folds: usize,
    /// Tested in all folds together.
    pub ratings: u64,
    pub users: usize,
    pub scale: Scale,
    pub resampling: Resampling,
    pub models: Vec<RatedModel>,
    pub baseline: Option<String>,
    /// Of every model but the baseline.
    pub differences: Vec<Difference>,
}

/// How the intervals are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Resampling {
    /// 0 leaves the intervals out.
    pub resamples: usize,
    /// The share of resamples that an interval spans.
    pub confidence: f64,
    pub seed: u64,
}

/// A model's errors less those of the baseline: below zero the model is better.
#[derive(Debug, Clone, Serialize)]
pub struct Difference {
    pub model: String,
    pub rmse: Spread,
    pub mae: Spread,
    /// In how many folds the model has the lower RMSE.
    pub better_folds: usize,
    /// The intervals are those of the difference, on the same resamples of users.
    pub overall: Overall,
}

impl Default for Resampling {
    fn default() -> Self {
        Self { resamples: 1_000, confidence: 0.95, seed: 42 }
    }
}

impl CrossValidation {
    /// A fixed split is a single fold.
    ///
    /// # Errors
    /// When there is no model, names repeat, a fold is empty, or the models were not tested on the same folds in the
    /// same order, as far as the numbers of ratings by user tell.
    pub fn new(
        models: Vec<(String, Vec<Fold>)>,
        baseline: Option<&str>,
        resampling: Resampling,
    ) -> Result<Self, Error> {
        bootstrap::check(resampling.resamples, resampling.confidence)?;
        check(&models)?;
        let (_, folds) = models.first().ok_or(Error::NoModels)?;
        let first = folds.first().ok_or(Error::NoModels)?;
        let users: BTreeSet<u32> =
            folds.iter().flat_map(|fold| fold.errors.users().keys().copied()).collect();
        let mut report = Self {
            folds: folds.len(),
            ratings: folds.iter().map(|fold| fold.errors.count()).sum(),
            users: users.len(),
            scale: first.errors.scale(),
            resampling,
            models: Vec::new(),
            baseline: baseline.map(str::to_owned),
            differences: Vec::new(),
        };
        let all_folds: Vec<&[Fold]> = models.iter().map(|(_, folds)| folds.as_slice()).collect();
        let pooled = Pooled::of_all(&all_folds, &resampling);
        for ((name, folds), pooled) in models.iter().zip(pooled) {
            report.models.push(RatedModel::new(name.clone(), folds, pooled, resampling.confidence));
        }
        let Some(name) = baseline else { return Ok(report) };
        let Some(base) = report.get(name) else { return Err(Error::NoBaseline { name: name.to_owned() }) };
        let others = report.models.iter().filter(|model| model.name != name);
        report.differences = others.map(|model| Difference::between(model, base, &resampling)).collect();
        Ok(report)
    }

    pub fn get(&self, name: &str) -> Option<&RatedModel> {
        self.models.iter().find(|model| model.name == name)
    }

    /// Aligned columns for a terminal.
    pub fn to_text(&self) -> String {
        table::to_text(&tables::summary(self), &tables::tables(self))
    }

    /// The fields of this struct, in full precision.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).expect("keys are text, and no field can fail to serialise")
    }

    /// Errors with the range of the folds, differences to the baseline, and times.
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
        let tables: String = tables::tables(self).iter().map(Table::to_html).collect();
        let page = Page {
            title: &tables::title(self),
            summary: &tables::summary(self),
            body: &(tables + &self.to_svg()?),
            explanations: tables::explanations(self),
        };
        Ok(page.to_html())
    }
}

impl Difference {
    fn between(model: &RatedModel, base: &RatedModel, resampling: &Resampling) -> Self {
        let differences = |part: fn(&FoldFigures) -> f64| -> Vec<f64> {
            model.folds.iter().zip(&base.folds).map(|(fold, base)| part(fold) - part(base)).collect()
        };
        let spread = |values: &[f64]| Spread::of(values).expect("a model has at least one fold");
        let rmse = differences(|fold| fold.rmse);
        Self {
            model: model.name.clone(),
            rmse: spread(&rmse),
            mae: spread(&differences(|fold| fold.mae)),
            better_folds: rmse.iter().filter(|difference| **difference < 0.0).count(),
            overall: model.pooled.less(&base.pooled).overall(resampling.confidence),
        }
    }
}

fn check(models: &[(String, Vec<Fold>)]) -> Result<(), Error> {
    let mut names = HashSet::new();
    for (name, folds) in models {
        let model = || name.clone();
        if !names.insert(name) {
            return Err(Error::SameName { name: model() });
        }
        if folds.is_empty() {
            return Err(Error::NoFolds { model: model() });
        }
        if let Some(index) = folds.iter().position(|fold| fold.errors.count() == 0) {
            return Err(Error::EmptyFold { model: model(), fold: index + 1 });
        }
    }
    let Some(((first, folds), others)) = models.split_first() else { return Err(Error::NoModels) };
    let is_other = |others: &&(String, Vec<Fold>)| {
        let mut pairs = folds.iter().zip(&others.1);
        folds.len() != others.1.len()
            || !pairs.all(|(fold, other)| fold.errors.is_about_the_ratings_of(&other.errors))
    };
    match others.iter().find(is_other) {
        Some((second, _)) => Err(Error::DifferentFolds { first: first.clone(), second: second.clone() }),
        None => Ok(()),
    }
}
