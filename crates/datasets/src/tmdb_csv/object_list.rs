use std::iter::Peekable;
use std::str::Chars;

/// The `name` of every object in `[{"id": 18, "name": "Drama"}]`. Read by hand, because some exports are JSON and
/// others what Python prints (`'name': "Schindler's List"`, `None`). `None` when the list is broken.
pub(super) fn names(raw: &str) -> Option<Vec<String>> {
    let mut letters = raw.chars().peekable();
    let mut names = Vec::new();
    let mut is_name = false;
    let mut closed = false;
    while let Some(letter) = letters.next() {
        match letter {
            '\'' | '"' => {
                let text = quoted(&mut letters, letter)?;
                skip_spaces(&mut letters);
                let is_key = letters.peek() == Some(&':');
                if !is_key && is_name {
                    names.push(text);
                } else {
                    is_name = is_key && text == "name";
                }
            }
            ',' | '}' => is_name = false,
            ']' => closed = true,
            _ => {}
        }
    }
    closed.then_some(names)
}

fn skip_spaces(letters: &mut Peekable<Chars<'_>>) {
    while letters.next_if(|letter| letter.is_whitespace()).is_some() {}
}

fn quoted(letters: &mut Peekable<Chars<'_>>, quote: char) -> Option<String> {
    let mut text = String::new();
    loop {
        match letters.next()? {
            letter if letter == quote => return Some(text),
            '\\' => match letters.next()? {
                'u' => text.push(unicode(letters)?),
                'x' => text.push(char::from_u32(hexadecimal(letters, 2)?)?),
                'n' | 't' | 'r' => text.push(' '),
                other => text.push(other),
            },
            letter => text.push(letter),
        }
    }
}

/// The character of `\u00e9`, or of the two escapes that JSON needs beyond 16 bits.
fn unicode(letters: &mut Peekable<Chars<'_>>) -> Option<char> {
    let first = hexadecimal(letters, 4)?;
    if !(0xd800..0xdc00).contains(&first) {
        return char::from_u32(first);
    }
    let (Some('\\'), Some('u')) = (letters.next(), letters.next()) else { return None };
    let second = hexadecimal(letters, 4)?.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
    char::from_u32(0x10000 + ((first - 0xd800) << 10) + second)
}

fn hexadecimal(letters: &mut Peekable<Chars<'_>>, digits: usize) -> Option<u32> {
    (0..digits).try_fold(0, |value, _| Some(value * 16 + letters.next()?.to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn json_and_python_spellings_are_read() {
        assert_eq!(names("[]"), Some(vec![]));
        assert_eq!(
            names(r#"[{"id": 1, "name": "Am\u00e9lie \ud83c\udfac"}]"#),
            Some(vec!["Amélie 🎬".to_owned()])
        );
        assert_eq!(
            names(r#"[{'id': 1, 'name': "schindler's list"}, {'name': 'd\'artagnan', 'id': None}]"#),
            Some(vec!["schindler's list".to_owned(), "d'artagnan".to_owned()])
        );
        for broken in ["[", "[{'name': 'a", r#"[{"name": "\ud83c"}]"#, "", r"['\"] {
            assert_eq!(names(broken), None, "{broken}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_taken(raw in "[\\[\\]{}'\":,\\\\uxname0-9d ]{0,60}") {
            let _ = names(&raw);
        }
    }
}
