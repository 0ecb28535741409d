use std::collections::{BTreeMap, HashMap};

use filmlens_domain::{Category, PerCategory};
use filmlens_text_features::folded;
use serde::Deserialize;

use crate::Error;

/// The rules that this program labels films by.
pub(crate) const RULES: &str = include_str!("../rules.toml");

/// Words and phrases, in English and Spanish, that say what a film holds.
#[derive(Debug, Clone)]
pub(crate) struct Rules {
    /// By the phrase.
    meanings: HashMap<String, Vec<(Category, Meaning)>>,
    longest: usize,
}

/// In the order in which they hold where a text has several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Meaning {
    Ignore,
    Strong,
    Mild,
}

/// That a phrase or keyword says something of a category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) category: Category,
    pub(crate) is_strong: bool,
    /// The words, as they stand in the film's own text.
    pub(crate) shown: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfCategory {
    strong: Vec<String>,
    mild: Vec<String>,
    ignore: Vec<String>,
}

#[derive(Debug, Clone, Copy)]
struct Match {
    category: Category,
    meaning: Meaning,
    start: usize,
    end: usize,
}

impl Rules {
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let rules: PerCategory<OfCategory> =
            toml::from_str(text).map_err(|source| Error::Rules(source.into()))?;
        let (mut meanings, mut longest): (HashMap<String, Vec<_>>, _) = (HashMap::new(), 1);
        for (category, of) in rules.iter() {
            let lists =
                [(Meaning::Ignore, &of.ignore), (Meaning::Strong, &of.strong), (Meaning::Mild, &of.mild)];
            for (meaning, phrases) in lists {
                for phrase in phrases {
                    let plain = Tokens::of(phrase);
                    longest = longest.max(plain.spans.len());
                    meanings.entry(plain.text).or_default().push((category, meaning));
                }
            }
        }
        Ok(Self { meanings, longest })
    }

    /// What each keyword says: at most one thing of each category.
    pub(crate) fn read_keywords(&self, keywords: &[String]) -> Vec<Hit> {
        let mut hits = Vec::new();
        for keyword in keywords {
            let matches = self.matches(&Tokens::of(keyword));
            for category in Category::ALL {
                let of_category = matches.iter().filter(|found| found.category == category);
                match of_category.map(|found| found.meaning).min() {
                    None | Some(Meaning::Ignore) => {}
                    Some(meaning) => {
                        let is_strong = meaning == Meaning::Strong;
                        hits.push(Hit { category, is_strong, shown: keyword.clone() });
                    }
                }
            }
        }
        hits
    }

    /// What the phrases of a text say, each phrase once.
    pub(crate) fn read_text(&self, text: &str) -> Vec<Hit> {
        let tokens = Tokens::of(text);
        let matches = self.matches(&tokens);
        let ignored: Vec<&Match> = matches.iter().filter(|found| found.meaning == Meaning::Ignore).collect();
        let is_ignored = |found: &Match| {
            ignored.iter().any(|other| {
                other.category == found.category && other.start < found.end && found.start < other.end
            })
        };
        let mut hits: BTreeMap<(Category, &str), Hit> = BTreeMap::new();
        for found in matches.iter().filter(|found| found.meaning != Meaning::Ignore && !is_ignored(found)) {
            let phrase = tokens.plain(found.start, found.end);
            let is_strong = found.meaning == Meaning::Strong;
            hits.entry((found.category, phrase)).or_insert_with(|| Hit {
                category: found.category,
                is_strong,
                shown: tokens.shown(text, found.start, found.end).to_owned(),
            });
        }
        hits.into_values().collect()
    }

    fn matches(&self, tokens: &Tokens) -> Vec<Match> {
        let mut matches = Vec::new();
        for start in 0..tokens.spans.len() {
            for end in start + 1..=tokens.spans.len().min(start + self.longest) {
                let Some(meanings) = self.meanings.get(tokens.plain(start, end)) else { continue };
                let found = meanings.iter().map(|(category, meaning)| Match {
                    category: *category,
                    meaning: *meaning,
                    start,
                    end,
                });
                matches.extend(found);
            }
        }
        matches
    }
}

/// Runs of letters and digits, folded, one space between each two.
struct Tokens {
    text: String,
    spans: Vec<Span>,
}

struct Span {
    /// In `text`.
    plain: (usize, usize),
    /// In the text that was given.
    shown: (usize, usize),
}

impl Tokens {
    fn of(raw: &str) -> Self {
        let mut tokens = Self { text: String::new(), spans: Vec::new() };
        let mut start = None;
        for (index, letter) in raw.char_indices().chain([(raw.len(), ' ')]) {
            let is_inside =
                letter.is_alphanumeric() || (start.is_some() && ('\u{300}'..='\u{36f}').contains(&letter));
            match start {
                None if is_inside => start = Some(index),
                Some(from) if !is_inside => {
                    tokens.push(raw, from, index);
                    start = None;
                }
                _ => {}
            }
        }
        tokens
    }

    fn push(&mut self, raw: &str, start: usize, end: usize) {
        if !self.spans.is_empty() {
            self.text.push(' ');
        }
        let from = self.text.len();
        self.text.push_str(&folded(&raw[start..end]));
        self.spans.push(Span { plain: (from, self.text.len()), shown: (start, end) });
    }

    fn plain(&self, start: usize, end: usize) -> &str {
        &self.text[self.spans[start].plain.0..self.spans[end - 1].plain.1]
    }

    fn shown<'a>(&self, raw: &'a str, start: usize, end: usize) -> &'a str {
        &raw[self.spans[start].shown.0..self.spans[end - 1].shown.1]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Rules {
        Rules::parse(RULES).unwrap()
    }

    fn told(hits: &[Hit], category: Category) -> Vec<(&str, bool)> {
        let of_category = hits.iter().filter(|hit| hit.category == category);
        of_category.map(|hit| (hit.shown.as_str(), hit.is_strong)).collect()
    }

    #[test]
    fn a_keyword_says_its_strongest_and_an_ignored_one_nothing() {
        let keywords = ["Serial Killer", "cold war", "gun", "kitchen", "snowball fight"].map(str::to_owned);
        let hits = rules().read_keywords(&keywords);
        assert_eq!(told(&hits, Category::Violencia), [("Serial Killer", true), ("gun", false)]);
    }

    #[test]
    fn only_whole_words_count() {
        let keywords = ["drugstore", "sextant", "begun"].map(str::to_owned);
        assert!(rules().read_keywords(&keywords).is_empty());
    }

    #[test]
    fn texts_are_read_in_both_languages() {
        let text = "Un asesino en serie y una masacre; el asesino en serie vende cocaína.";
        let hits = rules().read_text(text);
        let violence = told(&hits, Category::Violencia);
        assert!(violence.contains(&("asesino en serie", true)) && violence.contains(&("masacre", true)));
        assert_eq!(violence.iter().filter(|(shown, _)| *shown == "asesino en serie").count(), 1);
        assert_eq!(told(&hits, Category::Drogas), [("cocaína", true)]);
        let hits = rules().read_text("The years of the Cold War, then a war");
        assert_eq!(told(&hits, Category::Violencia), [("war", false)]);
    }
}
