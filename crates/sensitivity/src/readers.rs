use filmlens_domain::{Contribution, Source};
use filmlens_text_features::FeatureSpace;

use crate::case::{Case, PAIRS, pair};
use crate::linear::{Examples, Fitting, Linear, Rows};
use crate::rules::Hit;
use crate::withheld::READER_WEIGHTS;
use crate::{Error, Penalty, ReaderSettings};

/// One logistic regression for each category and strength, over words, facts and counts of phrases.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Readers {
    pub(crate) intercepts: [f64; PAIRS],
    /// By feature, so that one look at a feature serves all readers.
    pub(crate) weights: Vec<[f64; PAIRS]>,
}

/// The rows of films: of each as it is, and after all of these, of each with its text alone.
pub(crate) struct ReaderRows {
    rows: Rows,
    films: usize,
}

impl ReaderRows {
    pub(crate) fn of(cases: &[Case<'_>], space: &FeatureSpace) -> Self {
        let mut rows = Rows::new(Readers::width(space));
        let counts = |case: &Case<'_>| -> Vec<(usize, f64)> {
            case.text_counts().map(|(place, count)| (space.len() + place, count)).collect()
        };
        for case in cases {
            rows.push(case.seen.row.iter().chain(counts(case)));
        }
        for case in cases {
            rows.push(space.text_row(&case.seen).iter().chain(counts(case)));
        }
        Self { rows, films: cases.len() }
    }
}

impl Readers {
    /// How many features readers have over a space.
    pub(crate) fn width(space: &FeatureSpace) -> usize {
        space.len() + PAIRS
    }

    /// Learns from the films that were chosen and have labels; `labels` has those of every film.
    pub(crate) fn fit(
        rows: &ReaderRows,
        labels: &[Option<[bool; PAIRS]>],
        chosen: impl Iterator<Item = usize>,
        settings: &ReaderSettings,
        mut step: impl FnMut() -> Result<(), Error>,
    ) -> Result<Self, Error> {
        let learned: Vec<(usize, [bool; PAIRS])> =
            chosen.filter_map(|film| Some((film, labels[film]?))).collect();
        let twice: Vec<usize> = [0, rows.films]
            .into_iter()
            .flat_map(|first| learned.iter().map(move |(film, _)| first + film))
            .collect();
        let weights: Vec<f64> =
            READER_WEIGHTS.into_iter().flat_map(|weight| vec![weight; learned.len()]).collect();
        let fitting = Fitting {
            cost: settings.cost,
            penalty: Penalty::L2,
            is_balanced: true,
            max_iterations: settings.max_iterations,
        };
        let width = rows.rows.width();
        let mut readers = Self { intercepts: [0.0; PAIRS], weights: vec![[0.0; PAIRS]; width] };
        for place in 0..PAIRS {
            step()?;
            let once = learned.iter().map(|(_, labels)| labels[place]);
            let answers: Vec<bool> = once.clone().chain(once).collect();
            // A reader that knows of no film of its sort, or of no other, has nothing to tell.
            if answers.iter().all(|answer| *answer) || answers.iter().all(|answer| !answer) {
                continue;
            }
            let examples =
                Examples { rows: &rows.rows, chosen: &twice, answers: &answers, weights: &weights };
            let linear = Linear::fit(examples, fitting);
            readers.intercepts[place] = linear.intercept;
            for (of_feature, weight) in readers.weights.iter_mut().zip(linear.weights) {
                of_feature[place] = weight;
            }
        }
        Ok(readers)
    }

    pub(crate) fn read(&self, case: &Case<'_>) -> [f64; PAIRS] {
        let phrases = self.weights.len() - PAIRS;
        let counts = case.text_counts().map(|(place, count)| (phrases + place, count));
        let mut scores = self.intercepts;
        for (feature, value) in case.seen.row.iter().chain(counts) {
            for (score, weight) in scores.iter_mut().zip(&self.weights[feature]) {
                *score += weight * value;
            }
        }
        scores
    }

    /// What words and facts add to the intercept of one reader: all of its score.
    pub(crate) fn contributions(
        &self,
        place: usize,
        case: &Case<'_>,
        space: &FeatureSpace,
    ) -> Vec<Contribution> {
        let mut contributions = space.contributions(&case.seen, |feature| self.weights[feature][place]);
        for (counted, count) in case.text_counts() {
            let (category, is_strong) = pair(counted);
            let is_counted = |hit: &&Hit| hit.category == category && hit.is_strong == is_strong;
            let phrases: Vec<&Hit> = case.text_hits.iter().filter(is_counted).collect();
            let value = self.weights[space.len() + counted][place] * count / phrases.len() as f64;
            for hit in phrases {
                contributions.push(Contribution { source: Source::Word(hit.shown.clone()), value });
            }
        }
        contributions
    }
}
