use filmlens_domain::FilmEvidence;

use crate::words::words_of;

/// The text of a film, cut into words, ready to be looked up piece by piece.
///
/// The words stand in one string with a space on each side, so that every sequence of words and every piece of a word
/// is a slice of it.
#[derive(Debug, Clone)]
pub struct Passage {
    text: String,
    words: Vec<Word>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// As it stands in the film's own text.
    pub shown: String,
    start: usize,
    end: usize,
    /// Title and description are no sentence together.
    part: u8,
}

impl Passage {
    pub fn of(film: &FilmEvidence) -> Self {
        let mut passage = Self { text: " ".to_owned(), words: Vec::new() };
        passage.add(&film.title, 0);
        passage.add(&film.description, 1);
        passage
    }

    pub fn words(&self) -> &[Word] {
        &self.words
    }

    /// The word as it is counted.
    pub fn folded(&self, index: usize) -> &str {
        let word = &self.words[index];
        &self.text[word.start..word.end]
    }

    fn add(&mut self, raw: &str, part: u8) {
        for span in words_of(raw) {
            let start = self.text.len();
            self.text.push_str(&span.folded);
            let end = self.text.len();
            self.text.push(' ');
            self.words.push(Word { shown: raw[span.start..span.end].to_owned(), start, end, part });
        }
    }

    /// Each sequence of `min` to `max` words, with the index of its first word and how many they are.
    pub(crate) fn for_each_word_sequence<'a>(
        &'a self,
        min: usize,
        max: usize,
        mut take: impl FnMut(&'a str, usize, usize),
    ) {
        for (first, word) in self.words.iter().enumerate() {
            for count in min..=max {
                let Some(last) = self.words.get(first + count - 1) else { break };
                if last.part != word.part {
                    break;
                }
                take(&self.text[word.start..last.end], first, count);
            }
        }
    }

    /// Each piece of `min` to `max` characters of each word with the spaces around it, and the index of the word. A
    /// word with its spaces that is shorter than a piece is one piece, once.
    pub(crate) fn for_each_character_sequence<'a>(
        &'a self,
        min: usize,
        max: usize,
        mut take: impl FnMut(&'a str, usize),
    ) {
        let mut starts = Vec::new();
        for (index, word) in self.words.iter().enumerate() {
            let padded = &self.text[word.start - 1..word.end + 1];
            starts.clear();
            starts.extend(padded.char_indices().map(|(start, _)| start));
            starts.push(padded.len());
            let length = starts.len() - 1;
            for count in min..=max {
                if length <= count {
                    take(padded, index);
                    break;
                }
                for first in 0..=length - count {
                    take(&padded[starts[first]..starts[first + count]], index);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passage(title: &str, description: &str) -> Passage {
        Passage::of(&FilmEvidence {
            title: title.to_owned(),
            description: description.to_owned(),
            ..FilmEvidence::default()
        })
    }

    #[test]
    fn sequences_of_words_do_not_run_from_the_title_into_the_description() {
        let passage = passage("Blood Ties", "Brothers fight.");
        let mut sequences = Vec::new();
        passage.for_each_word_sequence(1, 2, |text, _, _| sequences.push(text));
        assert_eq!(sequences, ["blood", "blood ties", "ties", "brothers", "brothers fight", "fight"]);
    }

    #[test]
    fn pieces_of_words_have_the_spaces_around_the_word() {
        let passage = passage("", "Años");
        let mut pieces = Vec::new();
        passage.for_each_character_sequence(3, 5, |text, word| pieces.push((text, word)));
        let texts: Vec<&str> = pieces.iter().map(|(text, _)| *text).collect();
        assert_eq!(texts, [" an", "ano", "nos", "os ", " ano", "anos", "nos ", " anos", "anos "]);
    }

    #[test]
    fn a_short_word_is_one_piece_once() {
        let passage = passage("", "sex");
        let mut pieces = Vec::new();
        passage.for_each_character_sequence(5, 7, |text, _| pieces.push(text));
        assert_eq!(pieces, [" sex "]);
    }
}
