//! How the text of a field becomes a value, where several formats do it alike.

use filmlens_domain::{Film, Runtime, Text};

/// A text that may be absent.
pub(crate) fn optional_text<const MAX: usize>(column: &str, raw: &str) -> Result<Option<Text<MAX>>, String> {
    if raw.trim().is_empty() {
        return Ok(None);
    }
    text(column, raw).map(Some)
}

pub(crate) fn text<const MAX: usize>(column: &str, raw: &str) -> Result<Text<MAX>, String> {
    Text::parse(raw).map_err(|problem| format!("{column} {problem}"))
}

/// The texts of a list, trimmed, without empty and repeated ones; the first of them where a film may not have as many.
pub(crate) fn list<'a, const MAX: usize>(
    column: &str,
    raw: impl IntoIterator<Item = &'a str>,
) -> Result<Vec<Text<MAX>>, String> {
    let mut texts = Vec::new();
    for raw in raw {
        if texts.len() == Film::MAX_LIST {
            break;
        }
        if let Some(text) = optional_text(column, raw)?
            && !texts.contains(&text)
        {
            texts.push(text);
        }
    }
    Ok(texts)
}

/// The minutes of "1h 30min", "2h", "95 min" or "95.0"; nothing when they are not between 1 and 499.
pub(crate) fn runtime(raw: &str) -> Option<Runtime> {
    let (first, rest) = leading_number(raw.trim_start_matches(|c: char| !c.is_ascii_digit()))?;
    let minutes = match rest.trim_start().strip_prefix(['h', 'H']) {
        Some(rest) => {
            let rest = rest.trim_start_matches(|c: char| !c.is_ascii_digit());
            let minutes = leading_number(rest).map_or(0, |(minutes, _)| minutes);
            first.checked_mul(60)?.checked_add(minutes)?
        }
        None => first,
    };
    Runtime::from_minutes(minutes).ok()
}

fn leading_number(raw: &str) -> Option<(i64, &str)> {
    let digits = raw.bytes().take_while(u8::is_ascii_digit).count();
    Some((raw[..digits].parse().ok()?, &raw[digits..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_ends_where_a_film_can_take_no_more() {
        let raw: Vec<String> = (0..60).flat_map(|number| [format!(" {number}"), "0".to_owned()]).collect();
        let texts: Vec<Text<100>> = list("keywords", raw.iter().map(String::as_str)).unwrap();
        assert_eq!(texts.len(), Film::MAX_LIST);
        assert_eq!(texts.last().unwrap().as_str(), "49");
    }

    #[test]
    fn runtimes_are_read_in_all_their_spellings() {
        let minutes = |raw| runtime(raw).map(Runtime::minutes);
        assert_eq!(minutes("1h 30min"), Some(90));
        assert_eq!(minutes("2h"), Some(120));
        assert_eq!(minutes("95 min"), Some(95));
        assert_eq!(minutes("about 95.0"), Some(95));
        for none in ["", "min", "0", "500 min", "9h", "99999999999999999999", "999999999999999h"] {
            assert_eq!(minutes(none), None, "{none}");
        }
    }
}
