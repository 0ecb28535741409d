use any_ascii::any_ascii;

/// Those that titles begin with. Not "die": in English titles it is no article.
const ARTICLES: [&str; 16] =
    ["the", "a", "an", "el", "la", "los", "las", "le", "les", "il", "der", "das", "un", "une", "uno", "gli"];

/// What of a title counts: its words, plain and small, with single spaces. An apostrophe joins what it stands between.
pub(super) fn key(title: &str) -> String {
    let mut key = String::with_capacity(title.len());
    for letter in any_ascii(title).chars() {
        match letter {
            '\'' | '`' => {}
            '&' => push_word(&mut key, "and"),
            letter if letter.is_ascii_alphanumeric() => key.push(letter.to_ascii_lowercase()),
            _ => push_space(&mut key),
        }
    }
    key.truncate(key.trim_end().len());
    key
}

/// The key of the title without the article that it begins with.
pub(super) fn without_article(key: &str) -> &str {
    match key.split_once(' ') {
        Some((first, rest)) if ARTICLES.contains(&first) => rest,
        _ => key,
    }
}

fn push_word(key: &mut String, word: &str) {
    push_space(key);
    key.push_str(word);
    key.push(' ');
}

fn push_space(key: &mut String) {
    if !key.is_empty() && !key.ends_with(' ') {
        key.push(' ');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_count() {
        for (title, expected) in [
            ("L'Avventura", "lavventura"),
            ("Crouching  Tiger,Hidden Dragon", "crouching tiger hidden dragon"),
            ("Fast & Furious", "fast and furious"),
            ("WALL·E", "wall e"),
            ("  Être et avoir ", "etre et avoir"),
            ("???", ""),
        ] {
            assert_eq!(key(title), expected, "{title}");
        }
    }

    #[test]
    fn the_article_at_the_start_is_left_out() {
        assert_eq!(without_article("the godfather"), "godfather");
        assert_eq!(without_article("die hard"), "die hard");
        assert_eq!(without_article("the"), "the");
    }
}
