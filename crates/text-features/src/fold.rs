use any_ascii::any_ascii_char;

/// Lower case without accents, so that "Asesinó" and "asesino" are one word. Other scripts keep their letters.
pub fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars() {
        push_folded(letter, &mut folded);
    }
    folded
}

pub(crate) fn push_folded(letter: char, into: &mut String) {
    if letter.is_ascii() {
        into.push(letter.to_ascii_lowercase());
        return;
    }
    for lower in letter.to_lowercase() {
        match lower {
            _ if is_accent(lower) => {}
            '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => {
                into.extend(any_ascii_char(lower).chars().map(|c| c.to_ascii_lowercase()));
            }
            _ => into.push(lower),
        }
    }
}

/// An accent written as a character of its own, after its letter.
pub(crate) fn is_accent(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_case_fall_away_and_other_scripts_stay() {
        assert_eq!(folded("Asesinó a la Niña"), "asesino a la nina");
        assert_eq!(folded("Amélie, Straße"), "amelie, strasse");
        assert_eq!(folded("nin\u{303}o"), folded("niño"));
        assert_eq!(folded("Убийца 殺人"), "убийца 殺人");
        assert_eq!(folded("İstanbul"), "istanbul");
    }
}
