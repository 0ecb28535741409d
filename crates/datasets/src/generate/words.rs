//! The words of generated films. Frequent words come first in each list, for they are drawn by Zipf's law.

use std::sync::LazyLock;

pub(super) static NOUNS: LazyLock<Vec<&str>> = LazyLock::new(|| split(include_str!("words/nouns.txt")));
pub(super) static VERBS: LazyLock<Vec<&str>> = LazyLock::new(|| split(include_str!("words/verbs.txt")));
pub(super) static ADJECTIVES: LazyLock<Vec<&str>> =
    LazyLock::new(|| split(include_str!("words/adjectives.txt")));
pub(super) static FIRST_NAMES: LazyLock<Vec<&str>> =
    LazyLock::new(|| split(include_str!("words/first_names.txt")));
pub(super) static LAST_NAMES: LazyLock<Vec<&str>> =
    LazyLock::new(|| split(include_str!("words/last_names.txt")));

pub(super) const GENRES: [&str; 19] = [
    "Drama",
    "Comedy",
    "Thriller",
    "Romance",
    "Action",
    "Documentary",
    "Horror",
    "Crime",
    "Adventure",
    "Sci-Fi",
    "Animation",
    "Children",
    "Mystery",
    "Fantasy",
    "War",
    "Western",
    "Musical",
    "Film-Noir",
    "IMAX",
];

pub(super) const CERTIFICATES: [&str; 6] = ["R", "PG-13", "Not Rated", "PG", "TV-MA", "G"];

const TOWN_STARTS: [&str; 40] = [
    "Ash", "Bel", "Black", "Bri", "Cal", "Car", "Clear", "Dun", "East", "El", "Fair", "Fern", "Glen", "Gran",
    "Hart", "Haw", "Hol", "Inver", "Kel", "Kings", "Lang", "Lin", "Mar", "Mont", "New", "Nor", "Oak", "Pen",
    "Red", "Ros", "San", "Silver", "Stan", "Thorn", "Val", "Ver", "West", "White", "Win", "Wolf",
];
const TOWN_MIDDLES: [&str; 24] = [
    "", "a", "al", "an", "ar", "de", "el", "en", "er", "es", "i", "il", "in", "is", "la", "le", "lo", "mer",
    "o", "on", "or", "ra", "te", "ver",
];
const TOWN_ENDS: [&str; 40] = [
    "berg", "boro", "bourne", "bridge", "bury", "by", "castle", "cliff", "combe", "dale", "don", "fell",
    "field", "ford", "gate", "ham", "haven", "heim", "hill", "holm", "hurst", "land", "ley", "mere",
    "minster", "mont", "mouth", "port", "ridge", "sea", "shire", "stad", "stead", "ston", "stow", "ton",
    "vale", "ville", "wick", "worth",
];

pub(super) const TOWNS: usize = TOWN_STARTS.len() * TOWN_MIDDLES.len() * TOWN_ENDS.len();

/// An invented place: they give the text the long tail of rare words that real descriptions have.
pub(super) fn town(number: usize) -> String {
    let start = TOWN_STARTS[number % TOWN_STARTS.len()];
    let end = TOWN_ENDS[number / TOWN_STARTS.len() % TOWN_ENDS.len()];
    let middle = TOWN_MIDDLES[number / (TOWN_STARTS.len() * TOWN_ENDS.len()) % TOWN_MIDDLES.len()];
    format!("{start}{middle}{end}")
}

fn split(words: &'static str) -> Vec<&'static str> {
    words.split_whitespace().collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_word_is_listed_twice() {
        for words in [&NOUNS, &VERBS, &ADJECTIVES, &FIRST_NAMES, &LAST_NAMES] {
            let mut seen = HashSet::new();
            let repeated: Vec<_> = words.iter().filter(|word| !seen.insert(**word)).collect();
            assert!(repeated.is_empty(), "{repeated:?}");
        }
    }
}
