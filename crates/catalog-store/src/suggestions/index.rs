use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use any_ascii::any_ascii;
use memchr::memmem;

use super::Suggestion;

/// Shorter texts are like too many titles for likeness to mean anything.
const MIN_SIMILAR_CHARACTERS: usize = 4;
/// The share of the text's trigrams that a similar title has to have.
const MIN_SIMILARITY: f32 = 0.5;

pub(crate) struct TitleIndex {
    /// The best known film first, so that a smaller number is a better answer.
    films: Vec<Suggestion>,
    /// All folded titles, each ended by a newline.
    titles: String,
    /// Where each title starts in `titles`.
    starts: Vec<u32>,
    /// Where each word of a title starts in `titles`, in the order of what stands there up to the end of the title.
    words: Vec<u32>,
    trigrams: HashMap<[u8; 3], Vec<u32>>,
}

/// How a title answers a text, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Likeness {
    WholeTitle,
    TitleStart,
    WordStart,
}

impl TitleIndex {
    pub(crate) fn new(mut films: Vec<Suggestion>) -> Self {
        films.sort_by_cached_key(|film| (Reverse(prominence(film)), film.movie_name.clone(), film.year));
        let mut titles = String::with_capacity(films.len() * 24);
        let mut starts = Vec::with_capacity(films.len());
        let mut words = Vec::with_capacity(films.len() * 3);
        let mut trigrams: HashMap<[u8; 3], Vec<u32>> = HashMap::new();
        for (number, film) in films.iter().enumerate() {
            let start = titles.len() as u32;
            let title = fold(&film.movie_name);
            starts.push(start);
            words.extend(word_starts(&title).map(|offset| start + offset as u32));
            for trigram in trigrams_of(&title) {
                trigrams.entry(trigram).or_default().push(number as u32);
            }
            titles.push_str(&title);
            titles.push('\n');
        }
        let rest = |start: &u32| rest_of_title(&titles, *start);
        words.sort_unstable_by(|left, right| rest(left).cmp(rest(right)));
        Self { films, titles, starts, words, trigrams }
    }

    pub(crate) fn search(&self, text: &str, limit: usize) -> Vec<&Suggestion> {
        let text = fold(text);
        if text.is_empty() || limit == 0 {
            return Vec::new();
        }
        let mut numbers = self.starting_with(&text, limit);
        if numbers.len() < limit {
            append_new(&mut numbers, self.holding(&text, limit), limit);
        }
        if numbers.len() < limit && text.chars().count() >= MIN_SIMILAR_CHARACTERS {
            append_new(&mut numbers, self.similar_to(&text, limit), limit);
        }
        numbers.into_iter().map(|number| &self.films[number as usize]).collect()
    }

    fn starting_with(&self, text: &str, limit: usize) -> Vec<u32> {
        let from = self.words.partition_point(|start| rest_of_title(&self.titles, *start) < text);
        let matching =
            self.words[from..].iter().take_while(|start| self.titles[**start as usize..].starts_with(text));
        // A title counts once for each of its words, so the best `limit` films are among the best few times as many.
        let enough = limit * 4;
        let mut best = BTreeSet::new();
        for start in matching {
            let number = self.number_at(*start);
            let rank = (self.likeness(number, *start, text), number);
            if best.len() < enough {
                best.insert(rank);
            } else if best.last().is_some_and(|worst| rank < *worst) && best.insert(rank) {
                best.pop_last();
            }
        }
        let mut numbers = Vec::with_capacity(limit);
        append_new(&mut numbers, best.into_iter().map(|(_, number)| number), limit);
        numbers
    }

    fn likeness(&self, number: u32, start: u32, text: &str) -> Likeness {
        let title_start = self.starts[number as usize];
        let title = rest_of_title(&self.titles, title_start);
        let is_first_word = start == title_start || &title[..(start - title_start) as usize] == "the ";
        match (is_first_word, rest_of_title(&self.titles, start).len() == text.len()) {
            (true, true) => Likeness::WholeTitle,
            (true, false) => Likeness::TitleStart,
            (false, _) => Likeness::WordStart,
        }
    }

    fn holding(&self, text: &str, limit: usize) -> Vec<u32> {
        // Titles stand in order of prominence, so the first found are the best.
        let mut numbers = Vec::with_capacity(limit);
        for position in memmem::find_iter(self.titles.as_bytes(), text.as_bytes()) {
            let number = self.number_at(position as u32);
            if numbers.last() != Some(&number) {
                numbers.push(number);
            }
            if numbers.len() == limit * 2 {
                break;
            }
        }
        numbers
    }

    fn similar_to(&self, text: &str, limit: usize) -> Vec<u32> {
        let wanted = trigrams_of(text);
        let mut shared = vec![0_u8; self.films.len()];
        for trigram in &wanted {
            for number in self.trigrams.get(trigram).into_iter().flatten() {
                shared[*number as usize] = shared[*number as usize].saturating_add(1);
            }
        }
        let needed = ((wanted.len() as f32 * MIN_SIMILARITY).ceil() as u8).max(2);
        let mut similar: Vec<(Reverse<u8>, u32)> = shared
            .into_iter()
            .enumerate()
            .filter(|(_, count)| *count >= needed)
            .map(|(number, count)| (Reverse(count), number as u32))
            .collect();
        similar.sort_unstable();
        similar.into_iter().map(|(_, number)| number).take(limit * 2).collect()
    }

    fn number_at(&self, position: u32) -> u32 {
        (self.starts.partition_point(|start| *start <= position) - 1) as u32
    }
}

/// Many votes count for more than a high rating of few.
fn prominence(film: &Suggestion) -> u64 {
    let votes = f64::from(film.votes.unwrap_or(0));
    let rating = f64::from(film.rating.unwrap_or(5.0));
    ((votes + 10.0).ln() * rating * 1_000_000.0) as u64
}

fn fold(text: &str) -> String {
    let plain = any_ascii(text).to_lowercase();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn rest_of_title(titles: &str, start: u32) -> &str {
    let rest = &titles[start as usize..];
    &rest[..memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len())]
}

/// Offsets at which a letter or digit follows something else; the title's own start always counts.
fn word_starts(title: &str) -> impl Iterator<Item = usize> {
    let bytes = title.as_bytes();
    (0..bytes.len()).filter(|&offset| {
        offset == 0 || (bytes[offset].is_ascii_alphanumeric() && !bytes[offset - 1].is_ascii_alphanumeric())
    })
}

/// The distinct trigrams of each word, padded so that its beginning weighs more, as Postgres's pg_trgm does.
fn trigrams_of(text: &str) -> Vec<[u8; 3]> {
    let mut trigrams = Vec::new();
    for word in
        text.split(|character: char| !character.is_ascii_alphanumeric()).filter(|word| !word.is_empty())
    {
        let padded = format!("  {word} ");
        trigrams.extend(padded.as_bytes().windows(3).map(|window| [window[0], window[1], window[2]]));
    }
    trigrams.sort_unstable();
    trigrams.dedup();
    trigrams
}

fn append_new(numbers: &mut Vec<u32>, candidates: impl IntoIterator<Item = u32>, limit: usize) {
    for number in candidates {
        if numbers.len() == limit {
            return;
        }
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn film(title: &str, votes: i32) -> Suggestion {
        Suggestion {
            imdb_id: None,
            tmdb_id: None,
            movielens_id: Some(1),
            movie_name: title.to_owned(),
            year: None,
            rating: Some(7.0),
            votes: Some(votes),
        }
    }

    fn index(titles: &[(&str, i32)]) -> TitleIndex {
        TitleIndex::new(titles.iter().map(|(title, votes)| film(title, *votes)).collect())
    }

    fn names(index: &TitleIndex, text: &str) -> Vec<String> {
        index.search(text, 10).into_iter().map(|film| film.movie_name.clone()).collect()
    }

    #[test]
    fn a_title_that_begins_with_the_text_comes_before_one_that_holds_it() {
        let films =
            index(&[("Raging Bull", 900), ("Bullitt", 10), ("A Bull's Tale", 500), ("Kabul Nights", 9000)]);
        assert_eq!(names(&films, "bul"), ["Bullitt", "Raging Bull", "A Bull's Tale", "Kabul Nights"]);
    }

    #[test]
    fn the_whole_title_comes_first_and_an_article_does_not_count() {
        let films =
            index(&[("The Godfather: Part II", 900), ("The Godfather", 100), ("Godfather's Pizza", 950)]);
        assert_eq!(
            names(&films, "godfather"),
            ["The Godfather", "Godfather's Pizza", "The Godfather: Part II"]
        );
    }

    #[test]
    fn accents_capitals_and_spaces_do_not_count() {
        let films = index(&[("Amélie", 10), ("Léon: The Professional", 5)]);
        assert_eq!(names(&films, "  AMELIE "), ["Amélie"]);
        assert_eq!(names(&films, "léon  the")[0], "Léon: The Professional");
    }

    #[test]
    fn a_mistyped_title_is_found() {
        let films = index(&[("The Godfather", 10), ("Casablanca", 10), ("Goodfellas", 10)]);
        assert_eq!(names(&films, "godfahter")[0], "The Godfather");
        assert_eq!(names(&films, "casablnca"), ["Casablanca"]);
    }

    #[test]
    fn the_best_known_come_first_among_equals() {
        let films = index(&[("Alien 3", 10), ("Alien", 5), ("Aliens", 100)]);
        assert_eq!(names(&films, "alie"), ["Aliens", "Alien 3", "Alien"]);
    }

    proptest! {
        #[test]
        fn any_text_is_answered_without_repeats(
            titles in prop::collection::vec(".{0,30}", 0..30),
            text in ".{0,12}",
            limit in 0_usize..12,
        ) {
            let index = TitleIndex::new(titles.iter().map(|title| film(title, 1)).collect());
            let found = index.search(&text, limit);
            prop_assert!(found.len() <= limit);
            for (position, film) in found.iter().enumerate() {
                prop_assert!(!found[..position].iter().any(|other| std::ptr::eq(*other, *film)));
            }
        }

        #[test]
        fn the_first_letters_of_a_title_find_it(title in "[a-z]{2,8}( [a-z]{1,8}){0,3}", letters in 1_usize..8) {
            let index = TitleIndex::new(vec![film("Something Else", 100), film(&title, 1)]);
            let beginning: String = title.chars().take(letters).collect();
            let found = index.search(&beginning, 5);
            prop_assert!(found.iter().any(|film| film.movie_name == title));
        }
    }
}
