use filmlens_datasets::sensitivity::LabelledFilm;
use filmlens_domain::FilmEvidence;
use filmlens_text_features::{CertificateClass, FactSettings, FeatureSpace, SequenceSettings, SpaceSettings};

use crate::linear::{Examples, Fitting, Linear, Rows, sigmoid};
use crate::{Error, Penalty};

/// What a model has to beat: probabilities that were learned from the same films.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Yardsticks {
    /// How often films of the same certificate have it.
    pub certificate: f64,
    /// A logistic regression of the words, learned from the judged films alone.
    pub logistic_regression: f64,
    /// How often films have it.
    pub majority: f64,
}

impl Yardsticks {
    pub const NAMES: [&'static str; 3] = ["certificate", "logistic_regression", "majority"];

    /// In the order of [`NAMES`](Self::NAMES).
    pub fn values(&self) -> [f64; 3] {
        [self.certificate, self.logistic_regression, self.majority]
    }
}

/// The yardsticks of one question.
pub(crate) struct Measures {
    rate: f64,
    by_strictness: [f64; CLASSES],
    words: Option<Linear>,
}

/// The words that the yardstick of text knows.
pub(crate) struct WordSpace(FeatureSpace);

const CLASSES: usize = 6;
/// How many films of the usual rate stand beside those of a certificate.
const PRIOR: f64 = 2.0;

impl WordSpace {
    pub(crate) fn fit(films: &[&LabelledFilm]) -> Result<Self, Error> {
        let words = SequenceSettings {
            min_length: 1,
            max_length: 2,
            max_features: 20_000,
            min_films: 2,
            max_share: 0.9,
            is_sublinear: true,
            weight: 1.0,
        };
        let facts = FactSettings { genres: false, certificate: false, year: false };
        let settings = SpaceSettings { words: Some(words), characters: None, facts };
        let evidence: Vec<&FilmEvidence> = films.iter().map(|film| &film.evidence).collect();
        Ok(Self(FeatureSpace::fit(&settings, &evidence)?))
    }
}

impl Measures {
    pub(crate) fn fit(films: &[&LabelledFilm], answers: &[bool], space: &WordSpace) -> Self {
        let share = |yes: f64, count: f64, prior: f64| (yes + PRIOR * prior) / (count + PRIOR);
        let yes = answers.iter().filter(|answer| **answer).count() as f64;
        let rate = share(yes, answers.len() as f64, 0.5);
        let mut counts = [(0.0, 0.0); CLASSES];
        for (film, answer) in films.iter().zip(answers) {
            let (yes, count) = &mut counts[class(&film.evidence)];
            *yes += f64::from(u8::from(*answer));
            *count += 1.0;
        }
        let mut words = None;
        if yes > 0.0 && yes < answers.len() as f64 {
            let mut rows = Rows::new(space.0.len());
            for film in films {
                rows.push(space.0.transform(&film.evidence).iter());
            }
            let chosen: Vec<usize> = (0..films.len()).collect();
            let fitting =
                Fitting { cost: 1.0, penalty: Penalty::L2, is_balanced: false, max_iterations: 200 };
            let weights = vec![1.0; films.len()];
            let examples = Examples { rows: &rows, chosen: &chosen, answers, weights: &weights };
            words = Some(Linear::fit(examples, fitting));
        }
        Self { rate, by_strictness: counts.map(|(yes, count)| share(yes, count, rate)), words }
    }

    pub(crate) fn of(&self, film: &FilmEvidence, space: &WordSpace) -> Yardsticks {
        let score =
            |linear: &Linear| sigmoid(linear.intercept + space.0.transform(film).dot(&linear.weights));
        Yardsticks {
            certificate: self.by_strictness[class(film)],
            logistic_regression: self.words.as_ref().map_or(self.rate, score),
            majority: self.rate,
        }
    }
}

fn class(film: &FilmEvidence) -> usize {
    let class = film.certificate.as_deref().map(CertificateClass::of);
    class.and_then(CertificateClass::strictness).map_or(CLASSES - 1, usize::from)
}
