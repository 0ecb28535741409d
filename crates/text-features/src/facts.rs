use std::collections::BTreeMap;

use filmlens_domain::{FilmEvidence, Source};

use crate::row::SparseRow;
use crate::{CertificateClass, FactSettings, Feature, genre_name};

/// In how many films a genre has to occur.
const MIN_FILMS: u32 = 3;

/// A film is as strict as all of these up to its own: what holds for one is likely to hold for the next.
const STEPS: [CertificateClass; 4] = [
    CertificateClass::Guidance,
    CertificateClass::Teens,
    CertificateClass::Restricted,
    CertificateClass::Adults,
];

// Of the size that words have, so that a model is not driven by facts alone.
const GENRE: f32 = 0.5;
const CERTIFICATE: f32 = 0.3;
const YEAR: f64 = 0.02;

/// The facts beside the text: one feature for each known genre, each step of certificates and its absence, the year.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Facts {
    settings: FactSettings,
    /// By the alphabet, with the number of films that have it.
    pub(crate) genres: Vec<(String, u32)>,
}

impl Facts {
    pub(crate) fn fit(settings: FactSettings, films: &[&FilmEvidence]) -> Self {
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        if settings.genres {
            for film in films {
                for name in genres_of(film).into_iter().map(|(name, _)| name) {
                    *counts.entry(name).or_default() += 1;
                }
            }
        }
        Self::new(settings, counts.into_iter().filter(|(_, count)| *count >= MIN_FILMS).collect())
    }

    pub(crate) fn new(settings: FactSettings, genres: Vec<(String, u32)>) -> Self {
        Self { settings, genres }
    }

    pub(crate) fn len(&self) -> usize {
        let certificates = if self.settings.certificate { STEPS.len() + 1 } else { 0 };
        self.genres.len() + certificates + usize::from(self.settings.year)
    }

    pub(crate) fn feature(&self, index: usize) -> Feature<'_> {
        if let Some((genre, _)) = self.genres.get(index) {
            return Feature::Genre(genre);
        }
        let rest = index - self.genres.len();
        match STEPS.get(rest) {
            Some(class) if self.settings.certificate => Feature::CertificateFrom(*class),
            None if self.settings.certificate && rest == STEPS.len() => Feature::NoCertificate,
            _ => Feature::Year,
        }
    }

    /// What is known of the film: the feature, its value, and what it is called in the film itself.
    pub(crate) fn of(&self, film: &FilmEvidence) -> Vec<(usize, f32, Source)> {
        let mut facts = Vec::new();
        for (name, shown) in genres_of(film) {
            if let Ok(index) = self.genres.binary_search_by(|(genre, _)| genre.cmp(&name)) {
                facts.push((index, GENRE, Source::Genre(shown.to_owned())));
            }
        }
        facts.sort_by_key(|(index, ..)| *index);
        let mut next = self.genres.len();
        if self.settings.certificate {
            let strictness =
                film.certificate.as_deref().and_then(|name| CertificateClass::of(name).strictness());
            let shown = film.certificate.clone().map_or_else(no_certificate, Source::Certificate);
            match strictness {
                Some(steps) => {
                    facts.extend((0..steps.into()).map(|step| (next + step, CERTIFICATE, shown.clone())));
                }
                None => facts.push((next + STEPS.len(), CERTIFICATE, shown)),
            }
            next += STEPS.len() + 1;
        }
        if self.settings.year
            && let Some(year) = film.year
        {
            facts.push((next, year_value(year), Source::Year(year)));
        }
        facts
    }

    pub(crate) fn add_to(&self, facts: &[(usize, f32, Source)], offset: usize, row: &mut SparseRow) {
        for (index, value, _) in facts {
            row.push((offset + index) as u32, *value);
        }
    }
}

/// Each genre once, by the name that models know it under, with the first of its spellings in the film.
fn genres_of(film: &FilmEvidence) -> Vec<(String, &str)> {
    let mut genres: Vec<(String, &str)> = Vec::new();
    for raw in &film.genres {
        let name = genre_name(raw);
        if !name.is_empty() && genres.iter().all(|(known, _)| *known != name) {
            genres.push((name, raw));
        }
    }
    genres
}

fn no_certificate() -> Source {
    Source::Other("sin certificado".to_owned())
}

fn year_value(year: i32) -> f32 {
    (f64::from(year.clamp(1900, 2060) - 2000) * YEAR) as f32
}
