use std::collections::HashSet;

use filmlens_domain::{Category, FilmEvidence};
use filmlens_text_features::{CertificateClass, FeatureSpace, SeenFilm, folded, genre_name};

use crate::numbers::{Certificate, Number};
use crate::rules::{Hit, Rules};

/// Of each category there are two readers, two counts of keywords and two of phrases: for what is strong comes second.
pub(crate) const PAIRS: usize = 2 * Category::ALL.len();

/// So that a phrase counts about as much as a genre.
const TEXT_HITS: f64 = 0.5;
/// What to take for a certificate that is not there: the middle.
const NO_CERTIFICATE: f64 = 2.0;

/// A film with all that the readers and judges look at.
pub(crate) struct Case<'a> {
    pub(crate) film: &'a FilmEvidence,
    pub(crate) seen: SeenFilm,
    pub(crate) text_hits: Vec<Hit>,
    pub(crate) keyword_hits: Vec<Hit>,
    /// Whether the space knows one of its genres.
    pub(crate) has_known_genre: bool,
}

impl<'a> Case<'a> {
    pub(crate) fn of(film: &'a FilmEvidence, space: &FeatureSpace, rules: &Rules) -> Self {
        let mut text_hits = rules.read_text(&film.title);
        for hit in rules.read_text(&film.description) {
            if !text_hits.contains(&hit) {
                text_hits.push(hit);
            }
        }
        let keyword_hits = rules.read_keywords(&film.keywords);
        let is_known = |raw: &String| {
            let name = genre_name(raw);
            space.genres().any(|known| known == name)
        };
        let has_known_genre = film.genres.iter().any(is_known);
        Self { film, seen: space.see(film), text_hits, keyword_hits, has_known_genre }
    }

    /// What readers read, beside the row of the feature space: counts of phrases, as (place, value).
    pub(crate) fn text_counts(&self) -> impl Iterator<Item = (usize, f64)> {
        let counts = (0..PAIRS).map(|place| (place, count(&self.text_hits, place)));
        counts.filter(|(_, count)| *count > 0.0).map(|(place, count)| (place, TEXT_HITS * count.ln_1p()))
    }

    /// What judges look at.
    pub(crate) fn judge_row(&self, readers: &[f64; PAIRS], numbers: &[Number]) -> Vec<f64> {
        let strictness = self.strictness();
        let known = Known {
            strictness,
            certificate: strictness.unwrap_or(NO_CERTIFICATE) - NO_CERTIFICATE,
            year: self.film.year.map_or(0.0, |year| f64::from(year.clamp(1900, 2060) - 2000) / 15.0),
            genres: self.film.genres.iter().map(|raw| genre_name(raw)).collect(),
            readers,
        };
        numbers.iter().map(|number| self.value(number, &known)).collect()
    }

    fn value(&self, number: &Number, known: &Known<'_>) -> f64 {
        let yes = |is_so| if is_so { 1.0 } else { 0.0 };
        let keywords = |place| count(&self.keyword_hits, place).ln_1p();
        let genre = |name: &String| yes(known.genres.contains(name));
        match number {
            Number::Certificate(Certificate::Strictness) => known.certificate,
            Number::Certificate(Certificate::Unknown) => yes(known.strictness.is_none()),
            Number::Certificate(Certificate::AtLeast(step)) => {
                yes(known.strictness.is_some_and(|strictness| strictness >= *step))
            }
            Number::Year => known.year,
            Number::YearByCertificate => known.year * known.certificate,
            Number::Reader(place) => known.readers[*place],
            Number::ReaderByCertificate(place) => known.readers[*place] * known.certificate,
            Number::Keywords(place) => keywords(*place),
            Number::KeywordsByCertificate(place) => keywords(*place) * known.certificate,
            Number::NoKeywords => yes(self.film.keywords.is_empty()),
            Number::Genre(name) => genre(name),
            Number::GenreByCertificate(name) => genre(name) * known.certificate,
            Number::NoGenres => yes(known.genres.is_empty()),
        }
    }

    /// How many different keywords there are; what has neither letter nor digit is none.
    pub(crate) fn distinct_keywords(&self) -> usize {
        let words = self.film.keywords.iter().map(|keyword| folded(keyword.trim()));
        words.filter(|word| word.contains(char::is_alphanumeric)).collect::<HashSet<String>>().len()
    }

    pub(crate) fn strictness(&self) -> Option<f64> {
        let class = self.film.certificate.as_deref().map(CertificateClass::of);
        class.and_then(CertificateClass::strictness).map(f64::from)
    }
}

struct Known<'a> {
    strictness: Option<f64>,
    /// How much stricter than the middle.
    certificate: f64,
    year: f64,
    genres: Vec<String>,
    readers: &'a [f64; PAIRS],
}

/// Which category a place in a pair stands for, and whether for strong hits alone.
pub(crate) fn pair(place: usize) -> (Category, bool) {
    (Category::ALL[place / 2], place % 2 == 1)
}

pub(crate) fn place_of(category: Category, is_strong: bool) -> usize {
    2 * category as usize + usize::from(is_strong)
}

/// How many hits there are: strong ones for a strong place, else the milder ones.
fn count(hits: &[Hit], place: usize) -> f64 {
    let (category, is_strong) = pair(place);
    hits.iter().filter(|hit| hit.category == category && hit.is_strong == is_strong).count() as f64
}
