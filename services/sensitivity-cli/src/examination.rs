use filmlens_artifacts::{Metric, Metrics};
use filmlens_datasets::sensitivity::LabelledFilms;
use filmlens_domain::{Category, Level};
use filmlens_evaluation::classification::{
    Answers, Classification, Grading, MultiLabel, Question, QuestionReport, Settings as ReportSettings,
    roc_auc,
};
use filmlens_evaluation::rating::Figure;
use filmlens_program::Interrupt;
use filmlens_sensitivity::{
    CrossValidation, Form, JudgedFilm, LabelOrigin, QuestionScores, ScoredFilm, Settings, cross_validate,
};

use crate::watch::{OnBar, from_training};

/// What a model has to beat, in the order in which the library gives them.
const YARDSTICKS: [&str; 3] = ["certificate alone", "plain logistic regression", "majority"];
const BEFORE: &str = "before calibration";

/// What a model of some settings makes of films that it has not seen.
pub(crate) struct Examination {
    pub(crate) report: Classification,
    /// How good the answers of yes and no are together; only where people judged films in every category.
    pub(crate) labels: Option<MultiLabel>,
    pub(crate) validation: CrossValidation,
}

/// The triggers by their older names, in the order of the categories.
pub(crate) fn label(category: Category) -> &'static str {
    match category {
        Category::Violencia => "has_violence",
        Category::Sexualidad => "has_sexual_content",
        Category::Drogas => "has_substance_abuse",
        Category::LenguajeFuerte => "has_strong_language",
        Category::Suicidio => "has_suicide",
    }
}

/// How to examine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    /// Into how many parts the films are dealt; each is judged once by a model trained on the others.
    pub(crate) folds: usize,
    /// How often they are dealt, each time by another seed.
    pub(crate) repeats: u64,
    pub(crate) report: ReportSettings,
}

impl Plan {
    pub(crate) fn of_folds(folds: u16) -> Self {
        Self { folds: folds.into(), repeats: 1, report: ReportSettings::default() }
    }
}

impl Examination {
    pub(crate) fn run(
        films: &LabelledFilms,
        settings: &Settings,
        plan: Plan,
        interrupt: &Interrupt,
    ) -> anyhow::Result<Self> {
        let mut validations = Vec::new();
        for repeat in 0..plan.repeats {
            let settings = Settings { seed: settings.seed.wrapping_add(repeat), ..settings.clone() };
            let mut watch = OnBar::new("cross-validating", interrupt);
            validations
                .push(cross_validate(films, &settings, plan.folds, &mut watch).map_err(from_training)?);
        }
        let model = settings.algorithm.as_str().to_owned();
        let asked = validations.first().map_or(0, |validation| validation.questions.len());
        let questions: Vec<Question> = (0..asked)
            .map(|place| {
                let dealings: Vec<&QuestionScores> =
                    validations.iter().map(|validation| &validation.questions[place]).collect();
                question(&dealings, &model)
            })
            .collect();
        let gradings: Vec<Grading> = match settings.form {
            Form::Levels => {
                let of_category = |category| grading(&validations, category, &model);
                Category::ALL.into_iter().filter_map(of_category).collect()
            }
            Form::Triggers => Vec::new(),
        };
        let report = Classification::new(&questions, &gradings, plan.report)?;
        let validation = validations.swap_remove(0);
        Ok(Self { report, labels: labels(&validation), validation })
    }

    /// What the manifest keeps: figures of the model alone.
    pub(crate) fn metrics(&self) -> Metrics {
        let mut metrics = Metrics::new();
        for question in &self.report.questions {
            metrics.insert(question.name.clone(), of_question(question).into());
        }
        for grading in &self.report.gradings {
            let Some(model) = grading.models.first() else { continue };
            let figures = [("macro_f1", model.macro_f1), ("weighted_f1", model.weighted_f1)];
            metrics.insert(grading.name.clone(), group(&figures).into());
        }
        metrics
    }

    /// The macro ROC-AUC over the levels that occur, each against the rest.
    pub(crate) fn level_auc(&self, category: Category) -> Option<f64> {
        let rows = self.validation.films.iter().filter_map(|judged| {
            let reading = judged.assessment.categories.get(category).reading;
            Some(((*judged.truth.get(category))?, [reading.none, reading.moderate, reading.high]))
        });
        let (truths, readings): (Vec<Level>, Vec<[f64; 3]>) = rows.unzip();
        let of_level = |(index, level): (usize, Level)| {
            let scores: Vec<f64> = readings.iter().map(|reading| reading[index]).collect();
            let is_level: Vec<bool> = truths.iter().map(|truth| *truth == level).collect();
            roc_auc(&scores, &is_level)
        };
        let found: Vec<f64> = Level::ALL.into_iter().enumerate().filter_map(of_level).collect();
        if found.is_empty() { None } else { Some(found.iter().sum::<f64>() / found.len() as f64) }
    }
}

/// One question, as each dealing of the folds answers it.
fn question(dealings: &[&QuestionScores], model: &str) -> Question {
    let rows: Vec<&ScoredFilm> = dealings.iter().flat_map(|scores| &scores.rows).collect();
    let column = |value: &dyn Fn(&ScoredFilm) -> f64| rows.iter().map(|row| value(row)).collect::<Vec<f64>>();
    let raw = column(&|row| row.raw);
    let answers =
        |name: &str, probabilities: Vec<f64>| Answers { name: name.to_owned(), probabilities, scores: None };
    let mut models =
        vec![Answers { scores: Some(raw.clone()), ..answers(model, column(&|row| row.probability)) }];
    for (index, name) in YARDSTICKS.into_iter().enumerate() {
        models.push(answers(name, column(&|row| row.yardsticks.values()[index])));
    }
    let uncalibrated = raw.iter().map(|raw| 1.0 / (1.0 + (-raw).exp())).collect();
    models.push(Answers { scores: Some(raw), ..answers(BEFORE, uncalibrated) });
    let first = dealings.first().expect("there is a dealing for each repetition");
    let labels = if first.origin == LabelOrigin::Human { "" } else { ", by weak labels" };
    Question {
        name: format!("{}{labels}", first.question),
        films: rows.iter().map(|row| row.film as u32).collect(),
        folds: rows.iter().map(|row| row.fold as u32).collect(),
        repeats: (0..).zip(dealings).flat_map(|(repeat, scores)| vec![repeat; scores.rows.len()]).collect(),
        truths: rows.iter().map(|row| row.truth).collect(),
        models,
    }
}

/// None where nobody judged the category.
fn grading(validations: &[CrossValidation], category: Category, model: &str) -> Option<Grading> {
    let films = validations.iter().flat_map(|validation| &validation.films);
    let judged: Vec<(&JudgedFilm, Level)> =
        films.filter_map(|film| Some((film, (*film.truth.get(category))?))).collect();
    if judged.is_empty() {
        return None;
    }
    let answers =
        judged.iter().map(|(film, _)| film.assessment.categories.get(category).reading.level as usize);
    let mut models = vec![(model.to_owned(), answers.collect())];
    for (index, name) in YARDSTICKS.into_iter().enumerate() {
        let answers = judged.iter().map(|(film, _)| *film.yardsticks[index].get(category) as usize);
        models.push((name.to_owned(), answers.collect()));
    }
    Some(Grading {
        name: category.as_str().to_owned(),
        levels: Level::ALL.map(|level| level.as_str().to_owned()).to_vec(),
        films: judged.iter().map(|(film, _)| film.film as u32).collect(),
        truths: judged.iter().map(|(_, truth)| *truth as usize).collect(),
        models,
    })
}

/// Over the films and categories that people judged.
fn labels(validation: &CrossValidation) -> Option<MultiLabel> {
    let is_judged =
        |category: &Category| validation.films.iter().any(|film| film.truth.get(*category).is_some());
    let categories: Vec<Category> = Category::ALL.into_iter().filter(is_judged).collect();
    let (mut truths, mut answers) = (Vec::new(), Vec::new());
    for film in &validation.films {
        let truth: Option<Vec<bool>> = categories
            .iter()
            .map(|category| film.truth.get(*category).map(|level| level > Level::SinContenido))
            .collect();
        let Some(truth) = truth else { continue };
        truths.push(truth);
        let answer = |category: &Category| film.assessment.categories.get(*category).reading.none <= 0.5;
        answers.push(categories.iter().map(answer).collect());
    }
    let names: Vec<&str> = categories.into_iter().map(label).collect();
    MultiLabel::new(&names, &truths, &answers)
}

fn of_question(question: &QuestionReport) -> Metrics {
    let Some(model) = question.models.first() else { return Metrics::new() };
    let before = question.models.iter().find(|model| model.name == BEFORE);
    group(&[
        ("roc_auc", model.roc_auc),
        ("average_precision", model.average_precision),
        ("calibration_error", model.calibration_error),
        ("calibration_error_before", before.and_then(|model| model.calibration_error)),
        ("brier_score", model.brier_score),
    ])
}

fn group(figures: &[(&str, Option<Figure>)]) -> Metrics {
    let found =
        figures.iter().filter_map(|(name, figure)| Some(((*name).to_owned(), figure.as_ref()?.value)));
    found.map(|(name, value)| (name, Metric::Number(value))).collect()
}
