use filmlens_domain::Level;
use serde::{Deserialize, Serialize};

use crate::calibration::Curve;
use crate::case::place_of;
use crate::labels::LabelOrigin;
use crate::linear::{Examples, Fitting, Linear, Rows};
use crate::numbers::Number;
use crate::stage::Usual;
use crate::trees::{self, Forest};
use crate::{Algorithm, Error, Question, Settings};

/// Answers one question from the numbers of a film.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Judge {
    pub(crate) plain: PlainJudge,
    /// Added to what the linear judge says, which may be nothing.
    pub(crate) trees: Option<Forest>,
}

/// All of a judge but its trees.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlainJudge {
    pub(crate) origin: LabelOrigin,
    /// What is usual of each number.
    pub(crate) usual: Vec<f64>,
    /// One over how far films usually are from it.
    pub(crate) scale: Vec<f64>,
    /// How many times that far a number counts at most.
    pub(crate) bound: f64,
    pub(crate) linear: Linear,
    pub(crate) curve: Curve,
}

/// What a judge learns from: rows of films that people have judged.
#[derive(Debug, Clone, Default)]
pub(crate) struct Judged<'a> {
    pub(crate) rows: Vec<&'a [f64]>,
    /// How much there is, from 0 for nothing to 3.
    pub(crate) degrees: Vec<u8>,
    pub(crate) weights: Vec<f64>,
    /// Which fold of its own each row is in, to learn what the linear judge makes of films it has not seen.
    pub(crate) folds: Vec<usize>,
}

pub(crate) const OWN_FOLDS: usize = 4;
const BOUND: f64 = 4.0;
/// A neighbouring degree that fewer films reach, or fail to reach, is not listened to.
const MIN_WEIGHT: f64 = 4.0;
/// What the rules' own word is worth where they are all there is, in log-odds.
const STRONG_KEYWORD: f64 = 3.0;
const MILD_KEYWORD: f64 = 1.5;

impl Judge {
    /// Learns without calibration.
    pub(crate) fn fit(
        judged: &Judged<'_>,
        question: Question,
        numbers: &[Number],
        settings: &Settings,
    ) -> Result<Self, Error> {
        let own = degree_of(question.at_least);
        let mut plain = PlainJudge::untaught(judged);
        let trees = match settings.algorithm {
            Algorithm::LogisticRegression => {
                plain.linear = plain.ordinal(judged, question, numbers, settings);
                None
            }
            Algorithm::LightGbm => {
                let starts = unseen_scores(judged, question, numbers, settings);
                plain.linear = plain.ordinal(judged, question, numbers, settings);
                let answers = judged.answers(own);
                let examples =
                    trees::Examples { rows: &judged.rows, answers: &answers, weights: &judged.weights };
                Some(trees::boost(examples, &starts, &settings.lightgbm, settings.seed)?)
            }
            Algorithm::RandomForest => {
                let answers = judged.answers(own);
                let examples =
                    trees::Examples { rows: &judged.rows, answers: &answers, weights: &judged.weights };
                Some(trees::forest(examples, &settings.random_forest, settings.seed)?)
            }
        };
        Ok(Self { plain, trees })
    }

    /// The judge where people judged no film: the reader, and the rules where there are keywords.
    pub(crate) fn of_reader(question: Question, readers: &Usual, numbers: &[Number]) -> Self {
        let is_strong = question.at_least == Level::Alto;
        let place = place_of(question.category, is_strong);
        let (strong, mild) = (place_of(question.category, true), place_of(question.category, false));
        let weight = |number: &Number| match number {
            Number::Reader(of) if *of == place && readers.scale[place] > 0.0 => 1.0 / readers.scale[place],
            Number::Keywords(of) if *of == strong => STRONG_KEYWORD,
            Number::Keywords(of) if *of == mild && !is_strong => MILD_KEYWORD,
            _ => 0.0,
        };
        let plain = PlainJudge {
            origin: LabelOrigin::KeywordsRule,
            usual: vec![0.0; numbers.len()],
            scale: vec![1.0; numbers.len()],
            bound: 1e6,
            linear: Linear { intercept: readers.mean[place], weights: numbers.iter().map(weight).collect() },
            curve: Curve::Logistic { slope: 1.0, offset: 0.0 },
        };
        Self { plain, trees: None }
    }

    /// The score in log-odds, before calibration.
    pub(crate) fn score(&self, row: &[f64]) -> f64 {
        self.plain.score(row) + self.trees.as_ref().map_or(0.0, |trees| trees.score(row))
    }

    /// The score of a film of which nothing is known, and what each number of this one adds: together its score.
    pub(crate) fn contributions(&self, row: &[f64]) -> (f64, Vec<f64>) {
        let plain = &self.plain;
        let mut base = plain.linear.intercept;
        let mut values: Vec<f64> = plain.terms(row).collect();
        if let Some(trees) = &self.trees {
            let (of_trees, added) = trees.contributions(row);
            base += of_trees;
            for (value, added) in values.iter_mut().zip(added) {
                *value += added;
            }
        }
        (base, values)
    }
}

impl PlainJudge {
    fn untaught(judged: &Judged<'_>) -> Self {
        let (usual, scale) = spread(judged);
        Self {
            origin: LabelOrigin::Human,
            linear: Linear { intercept: 0.0, weights: vec![0.0; usual.len()] },
            usual,
            scale,
            bound: BOUND,
            curve: Curve::Logistic { slope: 1.0, offset: 0.0 },
        }
    }

    fn score(&self, row: &[f64]) -> f64 {
        self.linear.intercept + self.terms(row).sum::<f64>()
    }

    fn terms(&self, row: &[f64]) -> impl Iterator<Item = f64> {
        let terms = row.iter().enumerate();
        terms.map(|(index, value)| self.linear.weights[index] * self.scaled(index, *value))
    }

    fn scaled(&self, index: usize, value: f64) -> f64 {
        ((value - self.usual[index]) * self.scale[index]).clamp(-self.bound, self.bound)
    }

    /// A film that reaches a degree reaches all below: the judge listens to the neighbouring degrees too, to each by
    /// how evenly it parts the films.
    fn ordinal(
        &self,
        judged: &Judged<'_>,
        question: Question,
        numbers: &[Number],
        settings: &Settings,
    ) -> Linear {
        let trust: Vec<f64> = numbers.iter().map(|number| number.trust(question.category)).collect();
        let mut rows = Rows::new(trust.len());
        for row in &judged.rows {
            let scaled = row
                .iter()
                .enumerate()
                .map(|(index, value)| (index, trust[index] * self.scaled(index, *value)));
            rows.push(scaled.filter(|(_, value)| *value != 0.0));
        }
        let chosen: Vec<usize> = (0..judged.rows.len()).collect();
        let given = &settings.logistic_regression;
        let fitting = Fitting {
            cost: given.cost,
            penalty: given.penalty,
            is_balanced: given.is_balanced,
            max_iterations: given.max_iterations,
        };
        let own = degree_of(question.at_least);
        let (mut sum, mut total) = (Linear { intercept: 0.0, weights: vec![0.0; trust.len()] }, 0.0);
        for degree in own - 1..=(own + 1).min(3) {
            let answers = judged.answers(degree);
            let (yes, no) = judged.weigh(&answers);
            if degree != own && yes.min(no) < MIN_WEIGHT {
                continue;
            }
            let evenness = yes * no / ((yes + no) * (yes + no));
            let weight = if degree == own { 2.0 * evenness } else { evenness };
            let examples =
                Examples { rows: &rows, chosen: &chosen, answers: &answers, weights: &judged.weights };
            let linear = Linear::fit(examples, fitting);
            sum.intercept += weight * linear.intercept;
            for (sum, weight_of) in sum.weights.iter_mut().zip(&linear.weights) {
                *sum += weight * weight_of;
            }
            total += weight;
        }
        let weights = sum.weights.iter().zip(&trust).map(|(weight, trust)| weight * trust / total).collect();
        Linear { intercept: sum.intercept / total, weights }
    }
}

impl<'a> Judged<'a> {
    /// The rows of the folds that `is_chosen`.
    fn part(&self, is_chosen: impl Fn(usize) -> bool) -> Self {
        let mut part = Judged::default();
        for index in (0..self.rows.len()).filter(|index| is_chosen(self.folds[*index])) {
            part.rows.push(self.rows[index]);
            part.degrees.push(self.degrees[index]);
            part.weights.push(self.weights[index]);
            part.folds.push(self.folds[index]);
        }
        part
    }

    /// Whether each row reaches the degree.
    fn answers(&self, degree: u8) -> Vec<bool> {
        self.degrees.iter().map(|of| *of >= degree).collect()
    }

    /// The weight of the films with yes and of those with no.
    pub(crate) fn weigh(&self, answers: &[bool]) -> (f64, f64) {
        let (mut yes, mut no) = (0.0, 0.0);
        for (answer, weight) in answers.iter().zip(&self.weights) {
            *(if *answer { &mut yes } else { &mut no }) += weight;
        }
        (yes, no)
    }
}

/// What a linear judge says of each row that has not seen the film: of films that it has seen, it would be too sure for
/// the trees to find its mistakes.
fn unseen_scores(
    judged: &Judged<'_>,
    question: Question,
    numbers: &[Number],
    settings: &Settings,
) -> Vec<f64> {
    let own = degree_of(question.at_least);
    let mut scores = vec![0.0; judged.rows.len()];
    for fold in 0..OWN_FOLDS {
        let learned = judged.part(|of| of != fold);
        let (yes, no) = learned.weigh(&learned.answers(own));
        if yes == 0.0 || no == 0.0 {
            continue;
        }
        let mut linear = PlainJudge::untaught(&learned);
        linear.linear = linear.ordinal(&learned, question, numbers, settings);
        for index in (0..judged.rows.len()).filter(|index| judged.folds[*index] == fold) {
            scores[index] = linear.score(judged.rows[index]);
        }
    }
    scores
}

pub(crate) fn degree_of(level: Level) -> u8 {
    match level {
        Level::SinContenido => 0,
        Level::Moderado => 2,
        Level::Alto => 3,
    }
}

/// The mean of each number, and one over its standard deviation.
fn spread(judged: &Judged<'_>) -> (Vec<f64>, Vec<f64>) {
    let width = judged.rows.first().map_or(0, |row| row.len());
    let total: f64 = judged.weights.iter().sum();
    let mean = |value: &dyn Fn(&[f64]) -> f64| -> f64 {
        judged.rows.iter().zip(&judged.weights).map(|(row, weight)| weight * value(row)).sum::<f64>() / total
    };
    let (mut usual, mut scale) = (Vec::with_capacity(width), Vec::with_capacity(width));
    for index in 0..width {
        let middle = mean(&|row| row[index]);
        let variance = mean(&|row| (row[index] - middle) * (row[index] - middle));
        usual.push(middle);
        // A number that is always the same tells nothing.
        scale.push(if variance > 1e-12 { 1.0 / variance.sqrt() } else { 0.0 });
    }
    (usual, scale)
}
