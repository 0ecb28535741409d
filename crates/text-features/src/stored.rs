//! A feature space as text: the settings, then each list under its name and length, one `count<TAB>sequence` a line.
//! How rare a sequence is follows from the counts, so nothing is lost to rounding.

use std::fmt::Write as _;
use std::str::Lines;

use crate::facts::Facts;
use crate::vocabulary::Vocabulary;
use crate::{Error, FeatureSpace, SequenceSettings, SpaceSettings};

const FIRST_LINE: &str = "filmlens feature space 1";

impl FeatureSpace {
    pub fn to_text(&self) -> String {
        let settings = serde_json::to_string(&self.settings).expect("plain numbers have a JSON form");
        let mut text = format!("{FIRST_LINE}\n{settings}\nfilms {}\n", self.films);
        let mut list = |name: &str, entries: Vec<(&str, u32)>| {
            let _ = writeln!(text, "{name} {}", entries.len());
            for (sequence, count) in entries {
                let _ = writeln!(text, "{count}\t{sequence}");
            }
        };
        for (name, vocabulary) in [("words", &self.words), ("characters", &self.characters)] {
            if let Some(vocabulary) = vocabulary {
                let sequences = vocabulary.sequences.iter().map(String::as_str);
                list(name, sequences.zip(vocabulary.film_counts.iter().copied()).collect());
            }
        }
        list("genres", self.facts.genres.iter().map(|(name, count)| (name.as_str(), *count)).collect());
        text
    }

    pub fn from_text(text: &str) -> Result<Self, Error> {
        let mut reader = Reader { lines: text.lines(), line: 0 };
        if reader.next()? != FIRST_LINE {
            return Err(reader.wrong("is not \"filmlens feature space 1\""));
        }
        let settings: SpaceSettings = serde_json::from_str(reader.next()?).map_err(Error::StoredSettings)?;
        settings.check()?;
        let films = reader.headed("films")?;
        let mut vocabulary =
            |name: &str, of: &Option<SequenceSettings>| -> Result<Option<Vocabulary>, Error> {
                let Some(of) = of else { return Ok(None) };
                let (sequences, counts) = reader.list(name)?.into_iter().unzip();
                Ok(Some(Vocabulary::new(sequences, counts, films, of)))
            };
        let words = vocabulary("words", &settings.words)?;
        let characters = vocabulary("characters", &settings.characters)?;
        let facts = Facts::new(settings.facts, reader.list("genres")?);
        if reader.lines.next().is_some() {
            return Err(Error::Text { line: reader.line + 1, problem: "should not be there" });
        }
        Ok(Self { settings, films, words, characters, facts })
    }
}

struct Reader<'a> {
    lines: Lines<'a>,
    line: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<&'a str, Error> {
        self.line += 1;
        self.lines.next().ok_or(Error::Text { line: self.line, problem: "is missing" })
    }

    fn headed(&mut self, name: &str) -> Result<usize, Error> {
        let line = self.next()?;
        let number = line.strip_prefix(name).and_then(|rest| rest.strip_prefix(' '));
        number.and_then(|number| number.parse().ok()).ok_or_else(|| self.wrong("is not the heading due here"))
    }

    /// By the alphabet, each once: the place of a sequence is its number.
    fn list(&mut self, name: &str) -> Result<Vec<(String, u32)>, Error> {
        let length = self.headed(name)?;
        let mut list: Vec<(String, u32)> = Vec::new();
        for _ in 0..length {
            let line = self.next()?;
            let (count, sequence) = line.split_once('\t').ok_or_else(|| self.wrong("has no tab"))?;
            let count = count.parse().map_err(|_| self.wrong("does not begin with a count"))?;
            if list.last().is_some_and(|(former, _)| former.as_str() >= sequence) {
                return Err(self.wrong("is not in the order of the alphabet"));
            }
            list.push((sequence.to_owned(), count));
        }
        Ok(list)
    }

    fn wrong(&self, problem: &'static str) -> Error {
        Error::Text { line: self.line, problem }
    }
}
