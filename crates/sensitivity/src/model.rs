use filmlens_domain::{Assessment, Category, CategoryAssessment, FilmEvidence, Level, PerCategory, Reading};
use filmlens_text_features::FeatureSpace;

use crate::case::{Case, PAIRS};
use crate::explanation::Reasons;
use crate::judge::Judge;
use crate::numbers::Number;
use crate::readers::Readers;
use crate::rules::Rules;
use crate::stage::Usual;
use crate::{Error, Form, LabelOrigin, Question, Settings, UncertaintySettings};

#[cfg(test)]
mod tests;

/// Tells of films what they hold. It can be shared between threads.
#[derive(Debug, Clone)]
pub struct SensitivityModel {
    pub(crate) settings: Settings,
    pub(crate) rules: Rules,
    pub(crate) rules_text: String,
    pub(crate) space: FeatureSpace,
    pub(crate) readers: Readers,
    pub(crate) usual: Usual,
    /// What judges look at.
    pub(crate) numbers: Vec<Number>,
    /// In the order of the form's questions.
    pub(crate) judges: Vec<Judge>,
}

/// What a model makes of one question.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Answer {
    pub(crate) raw: f64,
    pub(crate) probability: f64,
    /// Whose word it is.
    pub(crate) origin: LabelOrigin,
}

impl SensitivityModel {
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    pub fn form(&self) -> Form {
        self.settings.form
    }

    pub fn questions(&self) -> Vec<Question> {
        self.form().questions()
    }

    /// One assessment for each film, in their order, explained where that is asked for.
    pub fn assess(&self, films: &[(&FilmEvidence, bool)]) -> Result<Vec<Assessment>, Error> {
        Ok(films.iter().map(|(film, explain)| self.assess_one(film, *explain)).collect())
    }

    pub fn assess_one(&self, film: &FilmEvidence, explain: bool) -> Assessment {
        let case = Case::of(film, &self.space, &self.rules);
        let row = self.judge_row(&case, &self.readers.read(&case));
        let answers = answers(&self.judges, &row);
        let mut assessment = weigh(&answers, &case, &self.settings.uncertainty);
        if explain {
            let mut reasons = self.reasons(&case);
            let of_category = self.judges.len() / Category::ALL.len();
            assessment.categories = PerCategory::from_fn(|category| {
                let found = assessment.categories.get(category).clone();
                let is_high = of_category > 1 && found.reading.level == Level::Alto;
                let place = category as usize * of_category + usize::from(is_high);
                let explanation = reasons.explain(&self.judges[place], &row, answers[place].raw);
                CategoryAssessment { explanation: Some(explanation), ..found }
            });
        }
        assessment
    }

    fn judge_row(&self, case: &Case<'_>, readers: &[f64; PAIRS]) -> Vec<f64> {
        case.judge_row(&self.usual.standardized(readers), &self.numbers)
    }

    fn reasons<'a>(&'a self, case: &'a Case<'a>) -> Reasons<'a> {
        Reasons {
            case,
            space: &self.space,
            readers: &self.readers,
            numbers: &self.numbers,
            of_readers: Default::default(),
        }
    }
}

/// What judges say of a row.
pub(crate) fn answers(judges: &[Judge], row: &[f64]) -> Vec<Answer> {
    let answer = |judge: &Judge| {
        let raw = judge.score(row);
        Answer { raw, probability: judge.plain.curve.probability(raw), origin: judge.plain.origin }
    };
    judges.iter().map(answer).collect()
}

/// What the answers to all questions come to, without reasons.
pub(crate) fn weigh(answers: &[Answer], case: &Case<'_>, settings: &UncertaintySettings) -> Assessment {
    let of_category = answers.len() / Category::ALL.len();
    let said = evidence_of_words(case, settings);
    let known = said + evidence_of_facts(case);
    let categories = PerCategory::from_fn(|category| {
        let first = category as usize * of_category;
        let answers = &answers[first..first + of_category];
        let reading = reading(answers[0].probability, answers.get(1).map(|answer| answer.probability));
        // Of what nobody judged, no one has learned what a certificate or a genre says.
        let is_judged = answers.iter().any(|answer| answer.origin == LabelOrigin::Human);
        let evidence = if is_judged { known } else { said };
        let is_uncertain = evidence < ENOUGH || lead(&reading) < settings.min_lead;
        CategoryAssessment { reading, is_uncertain, explanation: None }
    });
    Assessment { categories }
}

/// The levels from the probabilities of "at least moderado" and, where it was asked, "at least alto".
fn reading(some: f64, high: Option<f64>) -> Reading {
    // Whatever is high is at least moderate.
    let high = high.map_or(0.0, |high| high.min(some));
    let mut reading = Reading {
        level: Level::SinContenido,
        probability: 1.0 - some,
        none: 1.0 - some,
        moderate: some - high,
        high,
    };
    for (level, probability) in [(Level::Moderado, reading.moderate), (Level::Alto, reading.high)] {
        if probability > reading.probability {
            (reading.level, reading.probability) = (level, probability);
        }
    }
    reading
}

/// The level that probabilities of "at least moderado" and "at least alto" come to.
pub(crate) fn level_of(probabilities: &[f64]) -> Level {
    reading(probabilities[0], probabilities.get(1).copied()).level
}

/// By how much the likeliest level is likelier than the next.
fn lead(reading: &Reading) -> f64 {
    let mut probabilities = [reading.none, reading.moderate, reading.high];
    probabilities.sort_by(f64::total_cmp);
    probabilities[2] - probabilities[1]
}

/// As much evidence as it takes to judge a film.
const ENOUGH: f64 = 1.0;

/// How much is known of a film by the words that were understood and by its keywords.
fn evidence_of_words(case: &Case<'_>, settings: &UncertaintySettings) -> f64 {
    const KEYWORD: f64 = 0.1;
    const MAX_KEYWORDS: usize = 6;

    // A phrase of the rules is understood in both languages, whatever the readers know.
    let understood = case.seen.known_words.max(case.text_hits.len());
    let keywords = case.distinct_keywords().min(MAX_KEYWORDS);
    understood as f64 / settings.words.max(1) as f64 + KEYWORD * keywords as f64
}

/// How much a certificate and genres that mean something add to that.
fn evidence_of_facts(case: &Case<'_>) -> f64 {
    const CERTIFICATE: f64 = 0.6;
    const GENRES: f64 = 0.25;

    let certificate = if case.strictness().is_some() { CERTIFICATE } else { 0.0 };
    let genres = if case.has_known_genre { GENRES } else { 0.0 };
    certificate + genres
}
