use filmlens_datasets::sensitivity::LabelledFilm;
use filmlens_domain::FilmEvidence;
use filmlens_text_features::FeatureSpace;

use crate::calibration::Curve;
use crate::case::{Case, PAIRS, place_of};
use crate::judge::{Judge, Judged, OWN_FOLDS, degree_of};
use crate::labels;
use crate::numbers::{Number, numbers};
use crate::readers::{ReaderRows, Readers};
use crate::rules::{RULES, Rules};
use crate::watch::Progress;
use crate::withheld::{WEIGHTS, versions};
use crate::{Error, Question, Settings, folds};
use filmlens_domain::Level;

/// A judge needs at least that many films of either answer.
const MIN_ANSWERS: usize = 5;
/// Into how many parts the judged films are cut to calibrate a judge.
const CALIBRATION_FOLDS: usize = 5;

/// The films as judges see them, once readers have read each without having seen its labels.
pub(crate) struct Stage<'a> {
    pub(crate) films: &'a [LabelledFilm],
    pub(crate) settings: &'a Settings,
    pub(crate) rules: Rules,
    pub(crate) space: FeatureSpace,
    pub(crate) numbers: Vec<Number>,
    pub(crate) cases: Vec<Case<'a>>,
    pub(crate) reader_rows: ReaderRows,
    /// What the keywords say.
    pub(crate) weak: Vec<Option<[bool; PAIRS]>>,
    /// What readers say who have not seen that.
    pub(crate) unseen: Vec<[f64; PAIRS]>,
    pub(crate) usual: Usual,
    /// Of each judged film the rows of its versions, the whole film first.
    rows: Vec<Vec<Vec<f64>>>,
}

/// The mean score of each reader, and one over its standard deviation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Usual {
    pub(crate) mean: [f64; PAIRS],
    pub(crate) scale: [f64; PAIRS],
}

/// The versions of each judged film that judges learn from; none of the others.
pub(crate) type Versions = Vec<Vec<FilmEvidence>>;

pub(crate) fn versions_of(films: &[LabelledFilm]) -> Versions {
    films
        .iter()
        .map(|film| if is_judged(film) { versions(&film.evidence).into() } else { Vec::new() })
        .collect()
}

pub(crate) fn is_judged(film: &LabelledFilm) -> bool {
    film.severities.iter().any(|(_, level)| level.is_some())
}

impl<'a> Stage<'a> {
    /// Has each film read by readers that have learned from others.
    pub(crate) fn new(
        films: &'a [LabelledFilm],
        versions: &'a Versions,
        settings: &'a Settings,
        progress: &mut Progress<'_>,
    ) -> Result<Self, Error> {
        settings.check()?;
        progress.step("words")?;
        let rules = Rules::parse(RULES)?;
        let evidence: Vec<&FilmEvidence> = films.iter().map(|film| &film.evidence).collect();
        let space = FeatureSpace::fit(&settings.text, &evidence)?;
        let genres: Vec<String> = space.genres().map(str::to_owned).collect();
        let case_of = |film: &'a FilmEvidence| Case::of(film, &space, &rules);
        let cases: Vec<Case<'_>> = films.iter().map(|film| case_of(&film.evidence)).collect();
        let reader_rows = ReaderRows::of(&cases, &space);
        let min_keywords = settings.readers.min_keywords;
        let weak: Vec<_> = cases.iter().map(|case| labels::from_keywords(case, min_keywords)).collect();

        let ids: Vec<&str> = films.iter().map(|film| film.id.as_str()).collect();
        let fold_of = folds::deal(&ids, settings.readers.folds, settings.seed);
        let mut unseen = vec![[0.0; PAIRS]; films.len()];
        let mut read: Vec<Vec<(Case<'_>, [f64; PAIRS])>> = films.iter().map(|_| Vec::new()).collect();
        for fold in 0..settings.readers.folds {
            let learned = (0..films.len()).filter(|film| fold_of[*film] != fold);
            let readers =
                Readers::fit(&reader_rows, &weak, learned, &settings.readers, || progress.step("readers"))?;
            for film in (0..films.len()).filter(|film| fold_of[*film] == fold) {
                unseen[film] = readers.read(&cases[film]);
                for version in &versions[film] {
                    let case = case_of(version);
                    let scores = readers.read(&case);
                    read[film].push((case, scores));
                }
            }
        }
        let usual = Usual::of(&unseen);
        let numbers = numbers(&genres);
        let row =
            |(case, scores): &(Case<'_>, [f64; PAIRS])| case.judge_row(&usual.standardized(scores), &numbers);
        let rows = read.iter().map(|versions| versions.iter().map(row).collect()).collect();
        Ok(Self { films, settings, rules, space, numbers, cases, reader_rows, weak, unseen, usual, rows })
    }

    /// The row of a whole film.
    pub(crate) fn row(&self, film: usize) -> Vec<f64> {
        self.cases[film].judge_row(&self.usual.standardized(&self.unseen[film]), &self.numbers)
    }

    /// The judge of a question, learned from the films for which `may_learn`.
    pub(crate) fn judge(
        &self,
        question: Question,
        may_learn: impl Fn(usize) -> bool,
    ) -> Result<Judge, Error> {
        let is_asked = |film: &usize| self.films[*film].severities.get(question.category).is_some();
        let judged: Vec<usize> =
            (0..self.films.len()).filter(|film| may_learn(*film)).filter(is_asked).collect();
        let answers: Vec<bool> = judged.iter().map(|film| self.answer(*film, question)).collect();
        if has_both(&answers, MIN_ANSWERS) {
            return self.human_judge(question, &judged, &answers);
        }
        self.reader_judge(question, may_learn)
    }

    fn human_judge(&self, question: Question, judged: &[usize], answers: &[bool]) -> Result<Judge, Error> {
        let fit = |films: &[usize]| {
            Judge::fit(&self.judged(films, question), question, &self.numbers, self.settings)
        };
        let ids: Vec<&str> = judged.iter().map(|film| self.films[*film].id.as_str()).collect();
        let fold_of = folds::deal(&ids, CALIBRATION_FOLDS, self.settings.seed);
        let (mut scores, mut truths) = (Vec::new(), Vec::new());
        for fold in 0..CALIBRATION_FOLDS {
            let of_fold = |is_tested: bool| -> Vec<usize> {
                (0..judged.len()).filter(|place| (fold_of[*place] == fold) == is_tested).collect()
            };
            let learned: Vec<usize> = of_fold(false).into_iter().map(|place| judged[place]).collect();
            let known: Vec<bool> = learned.iter().map(|film| self.answer(*film, question)).collect();
            if !has_both(&known, 1) {
                continue;
            }
            let judge = fit(&learned)?;
            for place in of_fold(true) {
                scores.push(judge.score(&self.rows[judged[place]][0]));
                truths.push(answers[place]);
            }
        }
        let mut judge = fit(judged)?;
        judge.plain.curve = Curve::fit(self.settings.calibration, &scores, &truths);
        Ok(judge)
    }

    fn reader_judge(&self, question: Question, may_learn: impl Fn(usize) -> bool) -> Result<Judge, Error> {
        let place = place_of(question.category, question.at_least == Level::Alto);
        let (mut scores, mut answers) = (Vec::new(), Vec::new());
        for film in (0..self.films.len()).filter(|film| may_learn(*film)) {
            if let Some(weak) = self.weak[film] {
                scores.push(self.unseen[film][place]);
                answers.push(weak[place]);
            }
        }
        if answers.is_empty() {
            return Err(Error::NoLabels { what: question.to_string() });
        }
        let mut judge = Judge::of_reader(question, &self.usual, &self.numbers);
        judge.plain.curve = Curve::fit(self.settings.calibration, &scores, &answers);
        Ok(judge)
    }

    fn judged(&self, films: &[usize], question: Question) -> Judged<'_> {
        let mut judged = Judged::default();
        let ids: Vec<&str> = films.iter().map(|film| self.films[*film].id.as_str()).collect();
        let fold_of = folds::deal(&ids, OWN_FOLDS, self.settings.seed.wrapping_add(1));
        for (film, fold) in films.iter().zip(fold_of) {
            let degree = labels::degree(&self.films[*film], question.category).unwrap_or(0);
            for (row, weight) in self.rows[*film].iter().zip(WEIGHTS) {
                judged.rows.push(row);
                judged.degrees.push(degree);
                judged.weights.push(weight);
                judged.folds.push(fold);
            }
        }
        judged
    }

    fn answer(&self, film: usize, question: Question) -> bool {
        labels::degree(&self.films[film], question.category) >= Some(degree_of(question.at_least))
    }
}

impl Usual {
    fn of(scores: &[[f64; PAIRS]]) -> Self {
        let count = scores.len().max(1) as f64;
        let mean: [f64; PAIRS] =
            std::array::from_fn(|place| scores.iter().map(|of| of[place]).sum::<f64>() / count);
        let scale = std::array::from_fn(|place| {
            let squares = scores.iter().map(|of| (of[place] - mean[place]) * (of[place] - mean[place]));
            let deviation = (squares.sum::<f64>() / count).sqrt();
            if deviation > 1e-9 { 1.0 / deviation } else { 0.0 }
        });
        Self { mean, scale }
    }

    pub(crate) fn standardized(&self, scores: &[f64; PAIRS]) -> [f64; PAIRS] {
        std::array::from_fn(|place| (scores[place] - self.mean[place]) * self.scale[place])
    }
}

fn has_both(answers: &[bool], at_least: usize) -> bool {
    let yes = answers.iter().filter(|answer| **answer).count();
    yes >= at_least && answers.len() - yes >= at_least
}
