mod key;
mod likeness;

use std::cmp::Reverse;
use std::collections::HashMap;

use filmlens_datasets::movielens::split_title;
use filmlens_domain::Year;

use key::{key, without_article};
use likeness::Likenesses;

/// One film as it is to be found. Titles in any form of MovieLens are understood, "Godfather, The (1972)" too.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Title<'a> {
    pub item: u32,
    pub title: &'a str,
    pub year: Option<i32>,
    pub rating_count: u32,
}

/// What a title was found to mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    Film(u32),
    /// No film has this title; these have titles like it, the likest first.
    Nearest(Vec<u32>),
}

/// Finds films by title as people write them: capitals, accents, punctuation, a leading or moved article do not count,
/// and a year at the end decides between films of one name. Without a year the most rated of them is meant.
#[derive(Debug)]
pub struct TitleIndex {
    /// The most rated first.
    films: Vec<Entry>,
    whole: HashMap<String, Vec<u32>>,
    articleless: HashMap<String, Vec<u32>>,
    likenesses: Likenesses,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    item: u32,
    year: Option<i32>,
}

/// Films are dated by their first showing or by their release, which may lie on both sides of a new year.
const YEAR_TOLERANCE: i32 = 1;

impl TitleIndex {
    pub fn new<'a>(titles: impl IntoIterator<Item = Title<'a>>) -> Self {
        let mut titles: Vec<_> = titles.into_iter().collect();
        titles.sort_by_key(|title| (Reverse(title.rating_count), title.item));
        let mut films = Vec::with_capacity(titles.len());
        let mut whole: HashMap<String, Vec<u32>> = HashMap::new();
        let mut articleless: HashMap<String, Vec<u32>> = HashMap::new();
        let mut keys = Vec::with_capacity(titles.len());
        for (place, title) in (0..).zip(titles) {
            let (name, year) = split(title.title);
            let key = key(&name);
            films.push(Entry { item: title.item, year: title.year.or(year) });
            if key.is_empty() {
                keys.push(key);
                continue;
            }
            articleless.entry(without_article(&key).to_owned()).or_default().push(place);
            whole.entry(key.clone()).or_default().push(place);
            keys.push(key);
        }
        Self { films, whole, articleless, likenesses: Likenesses::new(keys) }
    }

    /// The film that is meant, or the `suggestions` nearest titles.
    pub fn find(&self, text: &str, suggestions: usize) -> Found {
        let (name, year) = split(text);
        let name = key(&name);
        if let Some(film) = self.named(&name, year) {
            return Found::Film(film);
        }
        // A number at the end belongs to the title of some films: "1984", "Blade Runner 2049".
        if year.is_none()
            && let Some((shorter, year)) = trailing_year(&name)
            && let Some(film) = self.named(shorter, Some(year))
        {
            return Found::Film(film);
        }
        Found::Nearest(self.nearest(&name, suggestions))
    }

    fn named(&self, name: &str, year: Option<i32>) -> Option<u32> {
        let whole = self.whole.get(name).and_then(|places| self.of_year(places, year));
        let meant = whole.or_else(|| {
            let places = self.articleless.get(without_article(name))?;
            self.of_year(places, year)
        });
        meant.map(|entry| entry.item)
    }

    fn of_year(&self, places: &[u32], year: Option<i32>) -> Option<Entry> {
        let entries = || places.iter().map(|place| self.films[*place as usize]);
        let Some(year) = year else { return entries().next() };
        // Of equal distances the first, which is the most rated; an undated film only where no dated one fits.
        let distance = |entry: &Entry| entry.year.map_or(YEAR_TOLERANCE + 1, |own| own.abs_diff(year) as i32);
        entries()
            .filter(|entry| entry.year.is_none() || distance(entry) <= YEAR_TOLERANCE)
            .min_by_key(distance)
    }

    fn nearest(&self, name: &str, count: usize) -> Vec<u32> {
        let places = self.likenesses.nearest(name, count);
        places.into_iter().map(|place| self.films[place as usize].item).collect()
    }
}

fn split(text: &str) -> (String, Option<i32>) {
    let (name, year) = split_title(text);
    (name, year.map(|year| i32::from(year.get())))
}

fn trailing_year(name: &str) -> Option<(&str, i32)> {
    let (before, last) = name.rsplit_once(' ')?;
    let number: i64 = if last.len() == 4 { last.parse().ok()? } else { return None };
    Year::new(number).ok().map(|year| (before, i32::from(year.get())))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FILMS: [(&str, u32); 14] = [
        ("Godfather, The (1972)", 192),
        ("Godfather: Part II, The (1974)", 129),
        ("Psycho (1960)", 83),
        ("Psycho (1998)", 16),
        ("Blade Runner (1982)", 124),
        ("Blade Runner 2049 (2017)", 18),
        ("Amelie (Fabuleux destin d'Amélie Poulain, Le) (2001)", 120),
        ("City of Lost Children, The (Cité des enfants perdus, La) (1995)", 38),
        ("Schindler's List (1993)", 220),
        ("Cinderella (1950)", 55),
        ("Cinderella (2015)", 60),
        ("Die Hard (1988)", 145),
        ("Lord of the Rings: The Fellowship of the Ring, The (2001)", 198),
        ("Nosferatu", 3),
    ];

    fn index() -> TitleIndex {
        let title = |(place, (title, rating_count)): (usize, &(&'static str, u32))| Title {
            item: place as u32 + 1,
            title,
            year: None,
            rating_count: *rating_count,
        };
        TitleIndex::new(FILMS.iter().enumerate().map(title))
    }

    fn named(item: u32) -> &'static str {
        FILMS[item as usize - 1].0
    }

    #[test]
    fn a_title_is_found_as_people_write_it() {
        let index = index();
        for (text, expected) in [
            ("Godfather, The (1972)", "Godfather, The (1972)"),
            ("The Godfather", "Godfather, The (1972)"),
            ("the godfather 1972", "Godfather, The (1972)"),
            ("  GODFATHER ", "Godfather, The (1972)"),
            ("The Godfather (1973)", "Godfather, The (1972)"),
            ("The Godfather Part II", "Godfather: Part II, The (1974)"),
            ("psycho", "Psycho (1960)"),
            ("Psycho (1998)", "Psycho (1998)"),
            ("psycho 1998", "Psycho (1998)"),
            ("Cinderella", "Cinderella (2015)"),
            ("Cinderella (1950)", "Cinderella (1950)"),
            ("Blade Runner", "Blade Runner (1982)"),
            ("blade runner 2049", "Blade Runner 2049 (2017)"),
            ("Amélie", "Amelie (Fabuleux destin d'Amélie Poulain, Le) (2001)"),
            ("schindlers list", "Schindler's List (1993)"),
            ("die hard", "Die Hard (1988)"),
            ("Nosferatu (1922)", "Nosferatu"),
        ] {
            match index.find(text, 3) {
                Found::Film(item) => assert_eq!(named(item), expected, "{text}"),
                Found::Nearest(_) => panic!("{text} is not found"),
            }
        }
    }

    #[test]
    fn a_title_that_nobody_has_is_answered_with_those_like_it() {
        let index = index();
        for (text, likest) in [
            ("The Godfahter", "Godfather, The (1972)"),
            ("shindlers lisst", "Schindler's List (1993)"),
            ("lord of the rings", "Lord of the Rings: The Fellowship of the Ring, The (2001)"),
            ("The Godfather (1999)", "Godfather, The (1972)"),
            ("blade runer", "Blade Runner (1982)"),
        ] {
            let Found::Nearest(nearest) = index.find(text, 3) else { panic!("{text} is found") };
            assert_eq!(named(nearest[0]), likest, "{text}");
        }
        assert_eq!(index.find("zzzzqqqq", 3), Found::Nearest(Vec::new()));
        assert_eq!(index.find("", 3), Found::Nearest(Vec::new()));
    }

    proptest! {
        #[test]
        fn every_title_finds_a_film_of_that_title(
            titles in prop::collection::vec("[A-Z][a-z]{2,8}( [a-z]{2,8}){0,3}(, The)?( \\(19[0-9]{2}\\))?", 1..20),
        ) {
            let all = (1..).zip(&titles);
            let index =
                TitleIndex::new(all.map(|(item, title)| Title { item, title, year: None, rating_count: 1 }));
            for title in &titles {
                let Found::Film(item) = index.find(title, 1) else { panic!("{title} is not found") };
                let [found, wanted] = [&titles[item as usize - 1], title].map(|title| key(&split(title).0));
                prop_assert_eq!(without_article(&found), without_article(&wanted));
            }
        }

        #[test]
        fn any_text_is_answered(
            titles in prop::collection::vec("\\PC{0,24}", 0..12),
            text in "\\PC{0,40}",
            count in 0_usize..5,
        ) {
            let all = (1..).zip(&titles);
            let index =
                TitleIndex::new(all.map(|(item, title)| Title { item, title, year: None, rating_count: 0 }));
            if let Found::Nearest(nearest) = index.find(&text, count) {
                prop_assert!(nearest.len() <= count);
            }
        }
    }
}
