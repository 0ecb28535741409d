use filmlens_domain::Year;

/// Articles that MovieLens moves to the end: "Godfather, The". In the order in which they are tried.
const ARTICLES: [&str; 16] =
    ["The", "A", "An", "El", "La", "Los", "Las", "Le", "Les", "L'", "Il", "Der", "Die", "Das", "Un", "Une"];

/// Takes a MovieLens title apart: "City of Lost Children, The (Cité des enfants perdus, La) (1995)" is "The City of
/// Lost Children" of 1995. Other titles in parentheses are left out.
pub fn split_title(raw: &str) -> (String, Option<Year>) {
    let mut title = raw.trim();
    let mut year = None;
    if let Some((before, inside)) = last_parentheses(title)
        && let Some(found) = first_year(inside)
    {
        title = before;
        year = Some(found);
    }
    while let Some((before, _)) = last_parentheses(title) {
        // "Birdman: Or (The Unexpected Virtue of Ignorance)" is one title.
        if before.ends_with(" Or") {
            break;
        }
        title = before;
    }
    (restore_article(title), year)
}

/// Writes a title as MovieLens does, so that [`split_title`] takes it apart again.
pub fn join_title(title: &str, year: Option<Year>) -> String {
    let moved = ["The ", "A ", "An "].into_iter().find_map(|article| {
        let rest = title.strip_prefix(article)?;
        Some(format!("{rest}, {}", article.trim_end()))
    });
    let title = moved.unwrap_or_else(|| title.to_owned());
    year.map_or(title.clone(), |year| format!("{title} ({})", year.get()))
}

/// What stands before the parentheses at the end, and in them. A title that is all in parentheses has none.
fn last_parentheses(title: &str) -> Option<(&str, &str)> {
    let inner = title.strip_suffix(')')?;
    let mut depth = 1;
    for (index, letter) in inner.char_indices().rev() {
        match letter {
            ')' => depth += 1,
            '(' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let before = inner[..index].trim_end();
            return (!before.is_empty()).then_some((before, &inner[index + 1..]));
        }
    }
    None
}

/// The year of "1995", "2006–2007" or "2009- ".
fn first_year(inside: &str) -> Option<Year> {
    let digits = inside.trim().get(..4)?;
    let rest = inside.trim()[4..]
        .trim_start_matches(|c: char| c.is_ascii_digit() || c == '-' || c == '–' || c == ' ');
    let is_year = digits.bytes().all(|byte| byte.is_ascii_digit()) && rest.is_empty();
    let number = if is_year { digits.parse().ok()? } else { return None };
    Year::new(number).ok()
}

fn restore_article(title: &str) -> String {
    for article in ARTICLES {
        let Some(rest) = title.strip_suffix(article).and_then(|rest| rest.strip_suffix(", ")) else {
            continue;
        };
        let space = if article.ends_with('\'') { "" } else { " " };
        return format!("{article}{space}{rest}");
    }
    title.to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn titles_read_as_people_say_them() {
        for (raw, title, year) in [
            ("Godfather, The (1972)", "The Godfather", Some(1972)),
            (
                "City of Lost Children, The (Cité des enfants perdus, La) (1995)",
                "The City of Lost Children",
                Some(1995),
            ),
            ("Seven (a.k.a. Se7en) (1995)", "Seven", Some(1995)),
            ("Avventura, L' (Adventure, The) (1960)", "L'Avventura", Some(1960)),
            ("Femme Nikita, La (Nikita) (1990)", "La Femme Nikita", Some(1990)),
            ("Boot, Das (Boat, The) (1981)", "Das Boot", Some(1981)),
            ("Corrina, Corrina (1994)", "Corrina, Corrina", Some(1994)),
            ("(500) Days of Summer (2009)", "(500) Days of Summer", Some(2009)),
            (
                "Godzilla 1985: The Legend Is Reborn (Gojira) (Godzilla) (Return of Godzilla, The) (1984)",
                "Godzilla 1985: The Legend Is Reborn",
                Some(1984),
            ),
            (
                "Birdman: Or (The Unexpected Virtue of Ignorance) (2014)",
                "Birdman: Or (The Unexpected Virtue of Ignorance)",
                Some(2014),
            ),
            ("Death Note: Desu nôto (2006–2007)", "Death Note: Desu nôto", Some(2006)),
            ("Kin (No (Really)) (2000) ", "Kin", Some(2000)),
            ("Babylon 5", "Babylon 5", None),
            ("Room (9999)", "Room", None),
            ("1984", "1984", None),
            ("(Untitled)", "(Untitled)", None),
            ("", "", None),
        ] {
            let (found, found_year) = split_title(raw);
            assert_eq!((found.as_str(), found_year.map(Year::get)), (title, year), "{raw}");
        }
    }

    proptest! {
        #[test]
        fn a_joined_title_comes_apart_again(title in "(The |A |An )?[A-Z][a-z]{1,8}( [A-Za-z0-9é]{1,8}){0,3}", year in 1800_i64..=2100) {
            let year = Year::new(year).ok();
            prop_assert_eq!(split_title(&join_title(&title, year)), (title, year));
        }

        #[test]
        fn any_text_is_taken_apart(raw in "[a-z(), A-Z0-9é–'-]{0,40}|\\PC{0,40}") {
            let _ = split_title(&raw);
        }
    }
}
