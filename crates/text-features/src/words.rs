use crate::fold::{is_accent, push_folded};
use crate::stop_words::is_stop_word;

/// Shorter words say nothing of a film.
const MIN_LETTERS: usize = 3;

/// A word as it is counted, and where it stands in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordSpan {
    pub folded: String,
    pub start: usize,
    pub end: usize,
}

/// The words of a text that say something: runs of letters, folded; no numbers, no stop words of English or Spanish.
pub fn words_of(text: &str) -> Vec<WordSpan> {
    let mut words = Vec::new();
    for_each_run(text, |start, end| {
        let raw = &text[start..end];
        let mut folded = String::with_capacity(raw.len());
        for letter in raw.chars() {
            push_folded(letter, &mut folded);
        }
        if folded.chars().take(MIN_LETTERS).count() == MIN_LETTERS && !is_stop_word(&folded) {
            words.push(WordSpan { folded, start, end });
        }
    });
    words
}

fn for_each_run(text: &str, mut take: impl FnMut(usize, usize)) {
    let mut start = None;
    for (index, letter) in text.char_indices() {
        if letter.is_alphabetic() || (start.is_some() && is_accent(letter)) {
            start.get_or_insert(index);
        } else if let Some(start) = start.take() {
            take(start, index);
        }
    }
    if let Some(start) = start {
        take(start, text.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded_words(text: &str) -> Vec<String> {
        words_of(text).into_iter().map(|word| word.folded).collect()
    }

    #[test]
    fn words_are_runs_of_letters_without_the_words_that_say_nothing() {
        assert_eq!(folded_words("The killer's 2 knives, and 9mm guns!"), ["killer", "knives", "guns"]);
        assert_eq!(
            folded_words("El asesino de la niña huyó con las drogas"),
            ["asesino", "nina", "huyo", "drogas"]
        );
        assert!(folded_words("").is_empty() && folded_words("1999 -- 42 🎬 of it").is_empty());
    }

    #[test]
    fn every_word_is_found_again_in_its_text() {
        let text = "Él mató; nin\u{303}os lloran… 殺人事件!";
        for word in words_of(text) {
            assert_eq!(crate::folded(&text[word.start..word.end]), word.folded);
        }
        assert_eq!(folded_words(text), ["mato", "ninos", "lloran", "殺人事件"]);
    }
}
