use std::collections::{BTreeMap, HashSet};

use serde::Serialize;

use crate::Error;
use crate::classification::calibration::{Sorted, error_of, weighted_brier};
use crate::classification::discrimination::Ranked;
use crate::classification::report::Settings;
use crate::classification::resampled::{Estimated, Rows};
use crate::classification::{Bin, precision_recall, reliability};
use crate::rating::{Figure, Spread};

/// A yes/no question about films, what is true, and what models answered that had not seen the film.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Question {
    pub name: String,
    /// The film of each row.
    pub films: Vec<u32>,
    /// The fold in which each row was held back.
    pub folds: Vec<u32>,
    /// Which dealing of the folds each row is of.
    pub repeats: Vec<u32>,
    pub truths: Vec<bool>,
    /// The first is the one that the others are compared with.
    pub models: Vec<Answers>,
}

/// What one model said of each row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answers {
    pub name: String,
    pub probabilities: Vec<f64>,
    /// What to rank all rows of a dealing by. Without it they are ranked by probability, and within their fold: what was
    /// fitted fold by fold shifts the folds against each other.
    pub scores: Option<Vec<f64>>,
}

#[derive(Debug, Clone, Serialize)]
pub struct QuestionReport {
    pub name: String,
    pub films: usize,
    pub rows: usize,
    pub positives: usize,
    pub models: Vec<QuestionModel>,
}

#[derive(Debug, Clone, Serialize)]
pub struct QuestionModel {
    pub name: String,
    /// None where nothing, or everything, is true.
    pub roc_auc: Option<Figure>,
    /// How far the first model is ahead in ROC-AUC within the folds, on the same resamples; the first has none.
    pub first_is_ahead_by: Option<Figure>,
    /// Of the folds that have both answers.
    pub roc_auc_by_fold: Option<Spread>,
    /// Of the dealings of the folds, where there are several.
    pub roc_auc_by_repeat: Option<Spread>,
    /// Within the folds.
    pub average_precision: Option<Figure>,
    pub calibration_error: Option<Figure>,
    pub brier_score: Option<Figure>,
    pub reliability: Vec<Bin>,
    /// Recall and precision, from the highest probability down.
    #[serde(skip)]
    pub precision_recall: Vec<(f64, f64)>,
}

impl Question {
    pub(super) fn check(&self) -> Result<(), Error> {
        let rows = self.truths.len();
        if rows == 0 {
            return Err(Error::NoCases);
        }
        self.check_rows("films", self.films.len())?;
        self.check_rows("folds", self.folds.len())?;
        self.check_rows("repeats", self.repeats.len())?;
        let mut names = HashSet::new();
        for answers in &self.models {
            let Answers { name, probabilities, scores } = answers;
            if !names.insert(name) {
                return Err(Error::SameName { name: name.clone() });
            }
            self.check_rows(&format!("probabilities of {name:?}"), probabilities.len())?;
            self.check_rows(&format!("scores of {name:?}"), answers.ranked_by().len())?;
            let wrong = probabilities.iter().position(|value| !(0.0..=1.0).contains(value));
            if let Some(row) = wrong {
                let (table, model, value) = (self.name.clone(), name.clone(), probabilities[row]);
                return Err(Error::Probability { table, model, row: row + 1, value });
            }
            let wrong = scores.iter().flatten().position(|score| !score.is_finite());
            if let Some(row) = wrong {
                return Err(Error::Score { table: self.name.clone(), model: name.clone(), row: row + 1 });
            }
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

    pub(super) fn report(&self, settings: &Settings) -> QuestionReport {
        let rows = Rows::new(&self.films);
        let estimated: Vec<[Estimated; 5]> =
            self.models.iter().map(|answers| self.estimate(&rows, answers, settings)).collect();
        let confidence = settings.resampling.confidence;
        let first = &estimated[0][1];
        let models = self.models.iter().zip(&estimated).enumerate().map(|(index, (answers, estimated))| {
            let [auc, auc_within, precision, error, brier] = estimated;
            let probabilities = &answers.probabilities;
            QuestionModel {
                name: answers.name.clone(),
                roc_auc: auc.figure(confidence),
                first_is_ahead_by: first.less(auc_within).figure(confidence).filter(|_| index > 0),
                roc_auc_by_fold: self.by_fold(answers),
                roc_auc_by_repeat: self.by_repeat(answers),
                average_precision: precision.figure(confidence),
                calibration_error: error.reflected_figure(confidence),
                brier_score: brier.figure(confidence),
                reliability: reliability(probabilities, &self.truths, settings.bins),
                precision_recall: precision_recall(answers.ranked_by(), &self.truths),
            }
        });
        QuestionReport {
            name: self.name.clone(),
            films: rows.films(),
            rows: self.truths.len(),
            positives: self.truths.iter().filter(|truth| **truth).count(),
            models: models.collect(),
        }
    }

    /// ROC-AUC; within the folds, where all models can be compared, ROC-AUC and average precision; calibration error, Brier
    /// score.
    fn estimate(&self, rows: &Rows, answers: &Answers, settings: &Settings) -> [Estimated; 5] {
        let probabilities = &answers.probabilities;
        let rank = |part_of_row: &[(u32, u32)]| -> Vec<Ranked> {
            parts(part_of_row).map(|(_, rows)| Ranked::of_rows(answers.ranked_by(), rows)).collect()
        };
        let (ranked, within) = (rank(&self.part_of_row(answers)), rank(&self.fold_of_row()));
        let sorted = Sorted::new(probabilities);
        let truths = &self.truths;
        let figures = |weight: &dyn Fn(usize) -> f64| {
            let bins = sorted.bins(probabilities, truths, settings.bins, weight);
            let figures = [
                mean(ranked.iter().filter_map(|ranked| ranked.roc_auc(truths, weight))),
                mean(within.iter().filter_map(|ranked| ranked.roc_auc(truths, weight))),
                mean(within.iter().filter_map(|ranked| ranked.average_precision(truths, weight))),
                Some(error_of(&bins)),
                weighted_brier(probabilities, truths, weight),
            ];
            figures.map(|figure| figure.unwrap_or(f64::NAN)).to_vec()
        };
        let estimated = rows.estimate(&settings.resampling, figures);
        estimated.try_into().expect("there are five figures")
    }

    /// The dealing and the fold among whose rows each row is ranked.
    fn part_of_row(&self, answers: &Answers) -> Vec<(u32, u32)> {
        let is_whole = answers.scores.is_some();
        let folds = self.folds.iter().map(|fold| if is_whole { 0 } else { *fold });
        self.repeats.iter().copied().zip(folds).collect()
    }

    /// The dealing and the fold of each row.
    fn fold_of_row(&self) -> Vec<(u32, u32)> {
        self.repeats.iter().copied().zip(self.folds.iter().copied()).collect()
    }

    /// None where there is but one.
    fn by_repeat(&self, answers: &Answers) -> Option<Spread> {
        let mut areas: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
        for ((repeat, _), rows) in parts(&self.part_of_row(answers)) {
            areas.entry(repeat).or_default().extend(self.area(answers, rows));
        }
        let areas: Vec<f64> = areas.into_values().filter_map(|areas| mean(areas.into_iter())).collect();
        Spread::of(&areas).filter(|_| areas.len() > 1)
    }

    fn by_fold(&self, answers: &Answers) -> Option<Spread> {
        let areas: Vec<f64> =
            parts(&self.fold_of_row()).filter_map(|(_, rows)| self.area(answers, rows)).collect();
        Spread::of(&areas)
    }

    fn area(&self, answers: &Answers, rows: Vec<u32>) -> Option<f64> {
        Ranked::of_rows(answers.ranked_by(), rows).roc_auc(&self.truths, |_| 1.0)
    }
}

impl Answers {
    fn ranked_by(&self) -> &[f64] {
        self.scores.as_deref().unwrap_or(&self.probabilities)
    }
}

/// The rows of each part, given the part of each row.
fn parts(part_of_row: &[(u32, u32)]) -> impl Iterator<Item = ((u32, u32), Vec<u32>)> + use<> {
    let mut parts: BTreeMap<(u32, u32), Vec<u32>> = BTreeMap::new();
    for (part, row) in part_of_row.iter().zip(0..) {
        parts.entry(*part).or_default().push(row);
    }
    parts.into_iter()
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let values: Vec<f64> = values.collect();
    if values.is_empty() { None } else { Some(values.iter().sum::<f64>() / values.len() as f64) }
}
