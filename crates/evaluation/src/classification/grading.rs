use std::collections::HashSet;

use serde::Serialize;

use crate::Error;
use crate::classification::Confusion;
use crate::classification::report::Settings;
use crate::classification::resampled::{Estimated, Rows};
use crate::rating::Figure;

/// Which of several ordered levels films have, and which ones models said that had not seen the film.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Grading {
    pub name: String,
    /// Their names, the lowest first.
    pub levels: Vec<String>,
    pub films: Vec<u32>,
    pub truths: Vec<usize>,
    /// A level for each row, by model.
    pub models: Vec<(String, Vec<usize>)>,
}

#[derive(Debug, Clone, Serialize)]
pub struct GradingReport {
    pub name: String,
    pub levels: Vec<String>,
    pub films: usize,
    pub rows: usize,
    /// How often each level is true.
    pub support: Vec<usize>,
    pub models: Vec<GradedModel>,
}

#[derive(Debug, Clone, Serialize)]
pub struct GradedModel {
    pub name: String,
    pub macro_f1: Option<Figure>,
    pub weighted_f1: Option<Figure>,
    pub accuracy: Option<Figure>,
    pub mean_distance: Option<Figure>,
    pub confusion: Confusion,
}

impl Grading {
    pub(super) fn check(&self) -> Result<(), Error> {
        if self.truths.is_empty() {
            return Err(Error::NoCases);
        }
        self.check_rows("films", self.films.len())?;
        self.check_levels(&self.truths)?;
        let mut names = HashSet::new();
        for (name, answers) in &self.models {
            if !names.insert(name) {
                return Err(Error::SameName { name: name.clone() });
            }
            self.check_rows(&format!("answers of {name:?}"), answers.len())?;
            self.check_levels(answers)?;
        }
        if self.models.is_empty() { Err(Error::NoModels) } else { Ok(()) }
    }

    fn check_rows(&self, what: &str, found: usize) -> Result<(), Error> {
        let rows = self.truths.len();
        if found == rows {
            return Ok(());
        }
        Err(Error::Rows { table: self.name.clone(), what: what.to_owned(), found, rows })
    }

    fn check_levels(&self, given: &[usize]) -> Result<(), Error> {
        let levels = self.levels.len();
        let Some(row) = given.iter().position(|level| *level >= levels) else { return Ok(()) };
        Err(Error::Level { table: self.name.clone(), row: row + 1, level: given[row], levels })
    }

    pub(super) fn report(&self, settings: &Settings) -> GradingReport {
        let rows = Rows::new(&self.films);
        let levels = self.levels.len();
        let model = |(name, answers): &(String, Vec<usize>)| {
            let figures = |weight: &dyn Fn(usize) -> f64| {
                let confusion = Confusion::weighted(levels, &self.truths, answers, weight);
                let figures = [
                    confusion.macro_f1(),
                    confusion.weighted_f1(),
                    confusion.accuracy(),
                    confusion.mean_distance(),
                ];
                figures.map(|figure| figure.unwrap_or(f64::NAN)).to_vec()
            };
            let estimated = rows.estimate(&settings.resampling, figures);
            let [macro_f1, weighted_f1, accuracy, mean_distance]: [Estimated; 4] =
                estimated.try_into().expect("there are four figures");
            let confidence = settings.resampling.confidence;
            GradedModel {
                name: name.clone(),
                macro_f1: macro_f1.figure(confidence),
                weighted_f1: weighted_f1.figure(confidence),
                accuracy: accuracy.figure(confidence),
                mean_distance: mean_distance.figure(confidence),
                confusion: Confusion::new(levels, &self.truths, answers),
            }
        };
        let support = |level: usize| self.truths.iter().filter(|truth| **truth == level).count();
        GradingReport {
            name: self.name.clone(),
            levels: self.levels.clone(),
            films: rows.films(),
            rows: self.truths.len(),
            support: (0..levels).map(support).collect(),
            models: self.models.iter().map(model).collect(),
        }
    }
}
