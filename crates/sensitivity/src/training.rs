use filmlens_datasets::sensitivity::{LabelledFilm, LabelledFilms};

use crate::case::{Case, PAIRS};
use crate::labels::{self, LabelOrigin};
use crate::readers::Readers;
use crate::rules::RULES;
use crate::stage::{Stage, versions_of};
use crate::watch::Progress;
use crate::{Error, Question, SensitivityModel, Settings, Watch};

/// A model, and what it was made from.
#[derive(Debug, Clone)]
pub struct Trained {
    pub model: SensitivityModel,
    pub summary: TrainingSummary,
    /// Of every film for every question, question after question.
    pub labels: Vec<FilmLabel>,
}

/// What is held to be true of a film, and who says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FilmLabel {
    /// The place among the films.
    pub film: usize,
    pub question: Question,
    pub answer: bool,
    pub origin: LabelOrigin,
}

#[derive(Debug, Clone, PartialEq)]
pub struct TrainingSummary {
    pub films: usize,
    /// Of the readers.
    pub features: usize,
    /// Of the judges.
    pub judge_features: usize,
    /// Question after question, those by people first.
    pub labels: Vec<LabelCounts>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LabelCounts {
    pub question: Question,
    pub origin: LabelOrigin,
    pub films: usize,
    pub positives: usize,
}

/// Trains on all of the films. The same films, settings and program give the same bytes.
pub fn train(films: &LabelledFilms, settings: &Settings, watch: &mut dyn Watch) -> Result<Trained, Error> {
    settings.check()?;
    let mut progress = Progress { watch, done: 0, of: steps(settings, settings.readers.folds + 1, 1) };
    let films = &films.films;
    let versions = versions_of(films);
    let stage = Stage::new(films, &versions, settings, &mut progress)?;
    let readers = Readers::fit(&stage.reader_rows, &stage.weak, 0..films.len(), &settings.readers, || {
        progress.step("readers")
    })?;
    let mut judges = Vec::new();
    for question in settings.form.questions() {
        progress.step("judges")?;
        judges.push(stage.judge(question, |_| true)?);
    }
    let labels = label_films(films, &stage.cases, settings);
    let summary = TrainingSummary {
        films: films.len(),
        features: Readers::width(&stage.space),
        judge_features: stage.numbers.len(),
        labels: count_labels(&labels, settings),
    };
    let Stage { rules, space, usual, numbers, .. } = stage;
    let (settings, rules_text) = (settings.clone(), RULES.to_owned());
    let model = SensitivityModel { settings, rules, rules_text, space, readers, usual, numbers, judges };
    Ok(Trained { model, summary, labels })
}

/// How many steps it takes to teach readers and judges so many times.
pub(crate) fn steps(settings: &Settings, readers: usize, judges: usize) -> usize {
    1 + PAIRS * readers + settings.form.questions().len() * judges
}

fn label_films(films: &[LabelledFilm], cases: &[Case<'_>], settings: &Settings) -> Vec<FilmLabel> {
    let mut all = Vec::new();
    for question in settings.form.questions() {
        for (film, (labelled, case)) in films.iter().zip(cases).enumerate() {
            let (answer, origin) = labels::label(labelled, case, question, settings.readers.min_keywords);
            all.push(FilmLabel { film, question, answer, origin });
        }
    }
    all
}

fn count_labels(labels: &[FilmLabel], settings: &Settings) -> Vec<LabelCounts> {
    let mut counts = Vec::new();
    for question in settings.form.questions() {
        for origin in LabelOrigin::ALL {
            let is_of = |label: &&FilmLabel| label.question == question && label.origin == origin;
            let films = labels.iter().filter(is_of).count();
            let positives = labels.iter().filter(is_of).filter(|label| label.answer).count();
            if films > 0 {
                counts.push(LabelCounts { question, origin, films, positives });
            }
        }
    }
    counts
}
