use std::cmp::Reverse;
use std::collections::HashMap;

use strsim::normalized_damerau_levenshtein;

use super::key::without_article;

/// So many titles with the most trigrams in common are compared letter by letter, which takes about a millisecond.
const COMPARED: usize = 100;
/// From 0 to 1: below this, two titles are not alike.
const LEAST: f64 = 0.45;
/// Titles that hold every trigram of a text are a little less like it than the text itself.
const HOLDS_ALL: f64 = 0.95;
/// Nobody types a longer title, and the comparison takes the product of both lengths.
const LONGEST: usize = 100;

/// Titles by what they look like.
#[derive(Debug)]
pub(super) struct Likenesses {
    keys: Vec<String>,
    holders: HashMap<[u8; 3], Vec<u32>>,
}

impl Likenesses {
    /// Of titles that are alike to the same degree, the earlier is nearer.
    pub(super) fn new(keys: Vec<String>) -> Self {
        let mut holders: HashMap<[u8; 3], Vec<u32>> = HashMap::new();
        for (place, key) in (0..).zip(&keys) {
            for trigram in trigrams(without_article(key)) {
                holders.entry(trigram).or_default().push(place);
            }
        }
        Self { keys, holders }
    }

    pub(super) fn nearest(&self, key: &str, count: usize) -> Vec<u32> {
        let text = &without_article(key)[..without_article(key).len().min(LONGEST)];
        let wanted = trigrams(text);
        let mut compared: Vec<(f64, u32)> = self
            .most_shared(&wanted)
            .into_iter()
            .map(|(shared, place)| {
                let held = HOLDS_ALL * f64::from(shared) / wanted.len() as f64;
                let title = without_article(&self.keys[place as usize]);
                (held.max(normalized_damerau_levenshtein(text, title)), place)
            })
            .filter(|(likeness, _)| *likeness >= LEAST)
            .collect();
        compared.sort_by(|(one, first), (other, second)| other.total_cmp(one).then(first.cmp(second)));
        compared.into_iter().take(count).map(|(_, place)| place).collect()
    }

    /// How many of the trigrams a title holds, for those that hold most of them.
    fn most_shared(&self, wanted: &[[u8; 3]]) -> Vec<(u8, u32)> {
        let mut shared = vec![0_u8; self.keys.len()];
        for trigram in wanted {
            for place in self.holders.get(trigram).into_iter().flatten() {
                let count = &mut shared[*place as usize];
                *count = count.saturating_add(1);
            }
        }
        let mut places: Vec<(u8, u32)> =
            shared.into_iter().zip(0..).filter(|(count, _)| *count > 0).collect();
        let rank = |(count, place): &(u8, u32)| (Reverse(*count), *place);
        if places.len() > COMPARED {
            places.select_nth_unstable_by_key(COMPARED, rank);
            places.truncate(COMPARED);
        }
        places
    }
}

/// The distinct trigrams of each word; a word's beginning counts twice, its end once.
fn trigrams(key: &str) -> Vec<[u8; 3]> {
    let mut trigrams = Vec::with_capacity(key.len() + 4);
    for word in key.split(' ').filter(|word| !word.is_empty()) {
        let padded = format!("  {word} ");
        trigrams.extend(padded.as_bytes().windows(3).map(|window| [window[0], window[1], window[2]]));
    }
    trigrams.sort_unstable();
    trigrams.dedup();
    trigrams
}
