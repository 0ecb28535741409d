use std::collections::BTreeMap;

use filmlens_domain::{Category, Contribution, Explanation, Source};
use filmlens_text_features::{FeatureSpace, genre_name};

use crate::case::{Case, PAIRS, pair};
use crate::judge::Judge;
use crate::numbers::Number;
use crate::readers::Readers;

/// How far a reader's contributions are stretched at most when the judge hands its share down to them. What is left is
/// the text's as a whole: a score near zero can be made of words that cancel out.
const MAX_STRETCH: f64 = 2.0;

/// What an explanation is made from.
pub(crate) struct Reasons<'a> {
    pub(crate) case: &'a Case<'a>,
    pub(crate) space: &'a FeatureSpace,
    pub(crate) readers: &'a Readers,
    pub(crate) numbers: &'a [Number],
    /// What each reader's words and facts add, once it was asked for.
    pub(crate) of_readers: [Option<Vec<Contribution>>; PAIRS],
}

impl Reasons<'_> {
    /// Why the judge gave the row the score `raw`, which is told as it was given: that base and contributions come to it
    /// is for others to see.
    pub(crate) fn explain(&mut self, judge: &Judge, row: &[f64], raw: f64) -> Explanation {
        let (base, values) = judge.contributions(row);
        let mut merged: BTreeMap<Source, f64> = BTreeMap::new();
        for (index, value) in values.into_iter().enumerate().filter(|(_, value)| *value != 0.0) {
            for contribution in self.of_number(&self.numbers[index], value) {
                *merged.entry(contribution.source).or_default() += contribution.value;
            }
        }
        let mut contributions: Vec<Contribution> =
            merged.into_iter().map(|(source, value)| Contribution { source, value }).collect();
        contributions.retain(|contribution| contribution.value != 0.0);
        // Equals stay in the order of their sources.
        contributions.sort_by(|one, other| other.value.abs().total_cmp(&one.value.abs()));
        Explanation { base, raw, contributions }
    }

    /// A product counts for what is not the certificate.
    fn of_number(&mut self, number: &Number, value: f64) -> Vec<Contribution> {
        let film = self.case.film;
        let other = |text: &str| Source::Other(text.to_owned());
        let source = match number {
            Number::Reader(place) | Number::ReaderByCertificate(place) => {
                return self.hand_down(*place, value);
            }
            Number::Keywords(place) | Number::KeywordsByCertificate(place) => {
                return self.of_keywords(*place, value);
            }
            Number::NoKeywords if film.keywords.is_empty() => other("sin palabras clave"),
            Number::NoKeywords => other("con palabras clave"),
            Number::Certificate(_) => match &film.certificate {
                Some(certificate) => Source::Certificate(certificate.clone()),
                None => other("sin certificado"),
            },
            Number::Year | Number::YearByCertificate => match film.year {
                Some(year) => Source::Year(year),
                None => other("sin año"),
            },
            Number::Genre(name) | Number::GenreByCertificate(name) => {
                match film.genres.iter().find(|raw| genre_name(raw) == *name) {
                    Some(genre) => Source::Genre(genre.clone()),
                    None => other("géneros que no tiene"),
                }
            }
            Number::NoGenres if film.genres.is_empty() => other("sin géneros"),
            Number::NoGenres => other("con géneros"),
        };
        vec![Contribution { source, value }]
    }

    fn of_keywords(&self, place: usize, value: f64) -> Vec<Contribution> {
        let (category, is_strong) = pair(place);
        let hits = self.case.keyword_hits.iter();
        let of_kind = hits.filter(|hit| hit.category == category && hit.is_strong == is_strong);
        let keywords: Vec<&str> = of_kind.map(|hit| hit.shown.as_str()).collect();
        if keywords.is_empty() {
            return vec![Contribution { source: Source::Other(no_keywords(category)), value }];
        }
        let value = value / keywords.len() as f64;
        let shares = keywords
            .into_iter()
            .map(|keyword| Contribution { source: Source::Keyword(keyword.to_owned()), value });
        shares.collect()
    }

    /// Deals a reader's share out to the words and facts that made its score, in proportion.
    fn hand_down(&mut self, place: usize, value: f64) -> Vec<Contribution> {
        let (readers, case, space) = (self.readers, self.case, self.space);
        let own = self.of_readers[place].get_or_insert_with(|| readers.contributions(place, case, space));
        let total: f64 = own.iter().map(|contribution| contribution.value).sum();
        let stretch = if total == 0.0 { 0.0 } else { (value / total).clamp(0.0, MAX_STRETCH) };
        let shares = own.iter().map(|contribution| Contribution {
            source: contribution.source.clone(),
            value: stretch * contribution.value,
        });
        let rest = Contribution {
            source: Source::Other("texto en conjunto".to_owned()),
            value: value - stretch * total,
        };
        shares.chain([rest]).collect()
    }
}

fn no_keywords(category: Category) -> String {
    let name = match category {
        Category::Violencia => "violencia",
        Category::Sexualidad => "sexualidad",
        Category::Drogas => "drogas",
        Category::LenguajeFuerte => "lenguaje fuerte",
        Category::Suicidio => "suicidio",
    };
    format!("ninguna palabra clave de {name}")
}
