use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::SequenceSettings;
use crate::row::SparseRow;

/// The sequences that are counted, in alphabetical order, and how rare each is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Vocabulary {
    is_sublinear: bool,
    weight: f64,
    pub(crate) sequences: Vec<String>,
    /// In how many films each occurs.
    pub(crate) film_counts: Vec<u32>,
    numbers: HashMap<String, u32>,
    rarity: Vec<f64>,
}

#[derive(Default)]
struct Seen {
    films: u32,
    occurrences: u64,
    last_film: Option<usize>,
}

/// Counts sequences over films.
#[derive(Default)]
pub(crate) struct Counts<'a> {
    seen: HashMap<&'a str, Seen>,
    films: usize,
}

impl<'a> Counts<'a> {
    pub(crate) fn next_film(&mut self) {
        self.films += 1;
    }

    pub(crate) fn add(&mut self, sequence: &'a str) {
        let seen = match self.seen.entry(sequence) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert(Seen::default()),
        };
        seen.occurrences += 1;
        if seen.last_film != Some(self.films) {
            seen.last_film = Some(self.films);
            seen.films += 1;
        }
    }

    pub(crate) fn into_vocabulary(self, settings: &SequenceSettings) -> Vocabulary {
        let most = settings.max_share * self.films as f64;
        let is_fit = |seen: &Seen| seen.films >= settings.min_films && f64::from(seen.films) <= most;
        let mut fit: Vec<(&str, Seen)> = self.seen.into_iter().filter(|(_, seen)| is_fit(seen)).collect();
        // The alphabet decides between equals, or else one run would differ from the next.
        fit.sort_by(|(one, seen), (other, of_other)| {
            of_other.occurrences.cmp(&seen.occurrences).then_with(|| one.cmp(other))
        });
        fit.truncate(settings.max_features);
        fit.sort_by_key(|(sequence, _)| *sequence);
        let (sequences, counts) = fit.into_iter().map(|(text, seen)| (text.to_owned(), seen.films)).unzip();
        Vocabulary::new(sequences, counts, self.films, settings)
    }
}

impl Vocabulary {
    pub(crate) fn new(
        sequences: Vec<String>,
        film_counts: Vec<u32>,
        films: usize,
        settings: &SequenceSettings,
    ) -> Self {
        let numbers = sequences.iter().cloned().zip(0..).collect();
        let rarity = film_counts
            .iter()
            .map(|count| ((1.0 + films as f64) / (1.0 + f64::from(*count))).ln() + 1.0)
            .collect();
        let SequenceSettings { is_sublinear, weight, .. } = *settings;
        Self { is_sublinear, weight, sequences, film_counts, numbers, rarity }
    }

    pub(crate) fn len(&self) -> usize {
        self.sequences.len()
    }

    pub(crate) fn find(&self, sequence: &str) -> Option<u32> {
        self.numbers.get(sequence).copied()
    }

    /// Adds the weights of the sequences that were found, of one length together, to the row, from feature `offset` on.
    /// `found` must be sorted.
    pub(crate) fn weigh(&self, found: &[u32], offset: usize, row: &mut SparseRow) {
        let weights: Vec<(u32, f64)> = found
            .chunk_by(|one, next| one == next)
            .map(|same| {
                let count = same.len() as f64;
                let frequency = if self.is_sublinear { 1.0 + count.ln() } else { count };
                (same[0], frequency * self.rarity[same[0] as usize])
            })
            .collect();
        let length = weights.iter().map(|(_, weight)| weight * weight).sum::<f64>().sqrt();
        for (sequence, weight) in weights {
            row.push(offset as u32 + sequence, (self.weight * weight / length) as f32);
        }
    }
}
