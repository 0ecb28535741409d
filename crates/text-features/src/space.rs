use std::collections::BTreeMap;

use filmlens_domain::{Contribution, FilmEvidence, Source};

use crate::facts::Facts;
use crate::row::SparseRow;
use crate::vocabulary::{Counts, Vocabulary};
use crate::{CertificateClass, Error, Passage, SequenceSettings, SpaceSettings};

/// Which numbers describe a film, learned from many. Training and serving use the same one.
#[derive(Debug, Clone, PartialEq)]
pub struct FeatureSpace {
    pub(crate) settings: SpaceSettings,
    /// How many films it was learned from.
    pub(crate) films: usize,
    pub(crate) words: Option<Vocabulary>,
    pub(crate) characters: Option<Vocabulary>,
    pub(crate) facts: Facts,
}

/// What a number stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Feature<'a> {
    Words(&'a str),
    Characters(&'a str),
    Genre(&'a str),
    /// That the certificate is at least that strict.
    CertificateFrom(CertificateClass),
    /// That no certificate says whom the film suits.
    NoCertificate,
    Year,
}

/// A film as a feature space sees it.
#[derive(Debug, Clone)]
pub struct SeenFilm {
    pub row: SparseRow,
    /// Different words that the space knows.
    pub known_words: usize,
    passage: Passage,
    words: Vec<Place>,
    characters: Vec<Place>,
    facts: Vec<(usize, f32, Source)>,
}

/// Where a sequence occurs: in `count` words from `word` on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    sequence: u32,
    word: u32,
    count: u32,
}

impl FeatureSpace {
    pub fn fit(settings: &SpaceSettings, films: &[&FilmEvidence]) -> Result<Self, Error> {
        settings.check()?;
        if films.is_empty() {
            return Err(Error::NoFilms);
        }
        let passages: Vec<Passage> = films.iter().map(|film| Passage::of(film)).collect();
        let learn_words = |sequences: &SequenceSettings| {
            let mut counts = Counts::default();
            for passage in &passages {
                counts.next_film();
                let (min, max) = (sequences.min_length, sequences.max_length);
                passage.for_each_word_sequence(min, max, |text, _, _| counts.add(text));
            }
            counts.into_vocabulary(sequences)
        };
        let learn_characters = |sequences: &SequenceSettings| {
            let mut counts = Counts::default();
            for passage in &passages {
                counts.next_film();
                let (min, max) = (sequences.min_length, sequences.max_length);
                passage.for_each_character_sequence(min, max, |text, _| counts.add(text));
            }
            counts.into_vocabulary(sequences)
        };
        Ok(Self {
            settings: settings.clone(),
            films: films.len(),
            words: settings.words.as_ref().map(learn_words),
            characters: settings.characters.as_ref().map(learn_characters),
            facts: Facts::fit(settings.facts, films),
        })
    }

    pub fn settings(&self) -> &SpaceSettings {
        &self.settings
    }

    /// How many features there are.
    pub fn len(&self) -> usize {
        self.first_fact() + self.facts.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The genres that are told apart.
    pub fn genres(&self) -> impl Iterator<Item = &str> {
        self.facts.genres.iter().map(|(name, _)| name.as_str())
    }

    /// What the number at `index` stands for, if there are as many.
    pub fn find_feature(&self, index: usize) -> Option<Feature<'_>> {
        if index >= self.len() {
            return None;
        }
        if index >= self.first_fact() {
            return Some(self.facts.feature(index - self.first_fact()));
        }
        let first_characters = self.first_characters();
        if index >= first_characters {
            let vocabulary = self.characters.as_ref()?;
            return Some(Feature::Characters(&vocabulary.sequences[index - first_characters]));
        }
        Some(Feature::Words(&self.words.as_ref()?.sequences[index]))
    }

    pub fn transform(&self, film: &FilmEvidence) -> SparseRow {
        self.see(film).row
    }

    /// As [`transform`](Self::transform), with what is needed to explain the row.
    pub fn see(&self, film: &FilmEvidence) -> SeenFilm {
        let passage = Passage::of(film);
        let words = self.word_places(&passage);
        let characters = self.character_places(&passage);
        let facts = self.facts.of(film);
        let mut row = SparseRow::default();
        if let Some(vocabulary) = &self.words {
            vocabulary.weigh(&sequences_of(&words), 0, &mut row);
        }
        if let Some(vocabulary) = &self.characters {
            vocabulary.weigh(&sequences_of(&characters), self.first_characters(), &mut row);
        }
        self.facts.add_to(&facts, self.first_fact(), &mut row);
        let single =
            words.chunk_by(|one, next| one.sequence == next.sequence).filter(|same| same[0].count == 1);
        SeenFilm { row, known_words: single.count(), passage, words, characters, facts }
    }

    /// What each word and fact of the film adds to the product of its row with the weight of each feature: all of it,
    /// no more.
    pub fn contributions(&self, seen: &SeenFilm, weight: impl Fn(usize) -> f64) -> Vec<Contribution> {
        let products: Vec<(u32, f64)> =
            seen.row.iter().map(|(feature, value)| (feature as u32, value * weight(feature))).collect();
        let mut of_words = vec![0.0; seen.passage.words().len()];
        let first_characters = self.first_characters();
        for (places, offset) in [(&seen.words, 0), (&seen.characters, first_characters)] {
            for same in places.chunk_by(|one, next| one.sequence == next.sequence) {
                let feature = offset as u32 + same[0].sequence;
                let found = products.binary_search_by_key(&feature, |(feature, _)| *feature);
                let product = found.map_or(0.0, |index| products[index].1);
                for place in same {
                    let share = product / (same.len() as f64 * f64::from(place.count));
                    for word in place.word..place.word + place.count {
                        of_words[word as usize] += share;
                    }
                }
            }
        }
        let mut contributions = merge_words(&seen.passage, &of_words);
        for (index, value, source) in &seen.facts {
            let value = f64::from(*value) * weight(self.first_fact() + index);
            contributions.push(Contribution { source: source.clone(), value });
        }
        contributions
    }

    /// The row of a film of which the text is known and nothing else.
    pub fn text_row(&self, seen: &SeenFilm) -> SparseRow {
        let mut row = SparseRow::default();
        let text = seen.row.features.partition_point(|feature| (*feature as usize) < self.first_fact());
        row.features.extend_from_slice(&seen.row.features[..text]);
        row.values.extend_from_slice(&seen.row.values[..text]);
        self.facts.add_to(&self.facts.of(&FilmEvidence::default()), self.first_fact(), &mut row);
        row
    }

    fn first_characters(&self) -> usize {
        self.words.as_ref().map_or(0, Vocabulary::len)
    }

    fn first_fact(&self) -> usize {
        self.first_characters() + self.characters.as_ref().map_or(0, Vocabulary::len)
    }

    fn word_places(&self, passage: &Passage) -> Vec<Place> {
        let mut places = Vec::new();
        let (Some(vocabulary), Some(settings)) = (&self.words, &self.settings.words) else { return places };
        passage.for_each_word_sequence(settings.min_length, settings.max_length, |text, word, count| {
            if let Some(sequence) = vocabulary.find(text) {
                places.push(Place { sequence, word: word as u32, count: count as u32 });
            }
        });
        places.sort_unstable();
        places
    }

    fn character_places(&self, passage: &Passage) -> Vec<Place> {
        let mut places = Vec::new();
        let (Some(vocabulary), Some(settings)) = (&self.characters, &self.settings.characters) else {
            return places;
        };
        passage.for_each_character_sequence(settings.min_length, settings.max_length, |text, word| {
            if let Some(sequence) = vocabulary.find(text) {
                places.push(Place { sequence, word: word as u32, count: 1 });
            }
        });
        places.sort_unstable();
        places
    }
}

fn sequences_of(places: &[Place]) -> Vec<u32> {
    places.iter().map(|place| place.sequence).collect()
}

/// A word that occurs again counts once, as it is written first.
fn merge_words(passage: &Passage, values: &[f64]) -> Vec<Contribution> {
    let mut merged: BTreeMap<&str, (usize, f64)> = BTreeMap::new();
    for (index, value) in values.iter().enumerate().filter(|(_, value)| **value != 0.0) {
        let entry = merged.entry(passage.folded(index)).or_insert((index, 0.0));
        entry.1 += value;
    }
    let words = merged.into_values().map(|(first, value)| Contribution {
        source: Source::Word(passage.words()[first].shown.clone()),
        value,
    });
    words.collect()
}
