use rand::{Rng, RngExt as _};

use super::popularity::Popularity;
use super::words::{ADJECTIVES, FIRST_NAMES, LAST_NAMES, NOUNS, TOWNS, VERBS, town};

/// Writes titles, names and descriptions of films that do not exist.
pub(super) struct Prose {
    nouns: Popularity,
    verbs: Popularity,
    adjectives: Popularity,
    first_names: Popularity,
    last_names: Popularity,
    towns: Popularity,
}

impl Prose {
    pub(super) fn new() -> Self {
        const FLATNESS: f64 = 2.7;
        Self {
            nouns: Popularity::new(NOUNS.len(), FLATNESS),
            verbs: Popularity::new(VERBS.len(), FLATNESS),
            adjectives: Popularity::new(ADJECTIVES.len(), FLATNESS),
            first_names: Popularity::new(FIRST_NAMES.len(), 20.0),
            last_names: Popularity::new(LAST_NAMES.len(), 40.0),
            towns: Popularity::new(TOWNS, 200.0),
        }
    }

    pub(super) fn title(&self, rng: &mut impl Rng) -> String {
        let noun = |rng: &mut _| self.noun(rng);
        let title = match rng.random_range(0..12) {
            0 | 1 => format!("the {} {}", self.adjective(rng), noun(rng)),
            2 => format!("the {} of {}", noun(rng), self.town(rng)),
            3 => format!("{} and {}", noun(rng), noun(rng)),
            4 => format!("a {} for {}", noun(rng), self.first_name(rng)),
            5 => format!("{} {}", self.adjective(rng), noun(rng)),
            6 => format!("the {} {}", noun(rng), noun(rng)),
            7 => format!("{}: the {} {}", self.town(rng), self.adjective(rng), noun(rng)),
            8 => format!("{} the {}", self.verb(rng), noun(rng)),
            9 => self.name(rng),
            10 => format!("the {} {} {}", self.adjective(rng), self.town(rng), noun(rng)),
            _ => format!("last {} in {}", noun(rng), self.town(rng)),
        };
        let title = capitalise_words(&title);
        if rng.random_ratio(1, 40) { format!("{title} {}", rng.random_range(2..5)) } else { title }
    }

    pub(super) fn name(&self, rng: &mut impl Rng) -> String {
        format!("{} {}", self.first_name(rng), LAST_NAMES[self.last_names.draw(rng)])
    }

    pub(super) fn keyword(&self, rng: &mut impl Rng) -> String {
        match rng.random_range(0..3) {
            0 => format!("{} {}", self.adjective(rng), self.noun(rng)),
            1 => format!("{} {}", self.noun(rng), self.noun(rng)),
            _ => self.noun(rng).to_owned(),
        }
    }

    /// Sentences of exactly so many words.
    pub(super) fn description(&self, rng: &mut impl Rng, words: usize) -> String {
        let mut text: Vec<String> = Vec::with_capacity(words + 16);
        while text.len() < words {
            let sentence = self.sentence(rng);
            let mut sentence = sentence.split(' ').map(str::to_owned);
            text.extend(sentence.next().map(|first| capitalise(&first)));
            text.extend(sentence);
        }
        text.truncate(words);
        let mut text = text.join(" ");
        text.truncate(text.trim_end_matches(['.', ',']).len());
        text.push('.');
        text
    }

    fn sentence(&self, rng: &mut impl Rng) -> String {
        let who = format!("{} {}", self.adjective(rng), self.noun(rng));
        let (noun, other, verb) = (self.noun(rng), self.noun(rng), self.verb(rng));
        match rng.random_range(0..7) {
            0 => format!(
                "in {}, the {who} has to {verb} the {noun} before the {other} can {}.",
                self.town(rng),
                self.verb(rng)
            ),
            1 => format!(
                "when {} meets the {who}, the {noun} of the {other} is about to {verb}.",
                self.name(rng)
            ),
            2 => format!("a {who} and a {noun} {verb} the {other} that once belonged to {}.", self.name(rng)),
            3 => {
                format!("{} wants to {verb} the {noun}, but the {who} knows of the {other}.", self.name(rng))
            }
            4 => format!(
                "nobody in {} will {verb} what the {who} did to the {noun} and the {other}.",
                self.town(rng)
            ),
            5 => format!(
                "the {who} must {verb} a {noun}, {} a {other} and leave {}.",
                self.verb(rng),
                self.town(rng)
            ),
            _ => format!(
                "years later {} and the {who} {verb} for the {noun}, the {other} and each other.",
                self.first_name(rng)
            ),
        }
    }

    fn noun(&self, rng: &mut impl Rng) -> &'static str {
        NOUNS[self.nouns.draw(rng)]
    }

    fn verb(&self, rng: &mut impl Rng) -> &'static str {
        VERBS[self.verbs.draw(rng)]
    }

    fn adjective(&self, rng: &mut impl Rng) -> &'static str {
        ADJECTIVES[self.adjectives.draw(rng)]
    }

    fn first_name(&self, rng: &mut impl Rng) -> &'static str {
        FIRST_NAMES[self.first_names.draw(rng)]
    }

    fn town(&self, rng: &mut impl Rng) -> String {
        town(self.towns.draw(rng))
    }
}

fn capitalise_words(text: &str) -> String {
    const SMALL: [&str; 5] = ["of", "and", "for", "in", "the"];
    let words = text.split(' ').enumerate();
    let words =
        words.map(
            |(index, word)| {
                if index > 0 && SMALL.contains(&word) { word.to_owned() } else { capitalise(word) }
            },
        );
    words.collect::<Vec<_>>().join(" ")
}

fn capitalise(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
