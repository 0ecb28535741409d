//! The rules of MLflow for names and values, kept for files too, so that a run may move from one to the other.

pub(crate) const MAX_PARAM_CHARACTERS: usize = 6_000;
pub(crate) const MAX_TAG_CHARACTERS: usize = 8_000;
const MAX_NAME_CHARACTERS: usize = 250;

/// Makes a name that MLflow takes: it must be a relative path in its shortest form, of letters, digits and `_-. :/`.
pub(crate) fn clean_name(name: &str) -> String {
    let allowed = |character: char| {
        character.is_ascii_alphanumeric()
            || (character.is_alphabetic() && (character.is_lowercase() || character.is_uppercase()))
            || "_-. :/".contains(character)
    };
    let replaced: String =
        name.chars().map(|character| if allowed(character) { character } else { '_' }).collect();
    // Once more after the cut, which may leave a slash or a dot at the end.
    let cut: String = shortest_path(&replaced).chars().take(MAX_NAME_CHARACTERS).collect();
    let clean = shortest_path(&cut);
    if clean.is_empty() { "unnamed".to_owned() } else { clean }
}

/// A relative path without `.`, `..` and empty parts.
fn shortest_path(path: &str) -> String {
    let parts = path.split('/').filter(|part| !matches!(*part, "" | "." | ".."));
    let joined = parts.collect::<Vec<_>>().join("/");
    if joined.starts_with("..") { joined.trim_start_matches('.').to_owned() } else { joined }
}

pub(crate) fn cut(value: String, limit: usize, name: &str) -> String {
    let Some((end, _)) = value.char_indices().nth(limit) else { return value };
    tracing::warn!(name, limit, "a value is cut, because it is too long for MLflow");
    value[..end].to_owned()
}

/// One word for a file name, a model or an alias.
pub(crate) fn is_plain_word(word: &str) -> bool {
    let plain = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    !word.is_empty() && word.len() <= MAX_NAME_CHARACTERS && !word.starts_with('.') && word.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn usual_names_stay_as_they_are() {
        for name in ["loss", "validation/ndcg@10", "precisión", "a b:c.d-e_f"] {
            assert_eq!(clean_name(name), name.replace('@', "_"));
        }
    }

    #[test]
    fn names_that_climb_or_repeat_slashes_are_shortened() {
        assert_eq!(clean_name("/a//b/../c/."), "a/b/c");
        assert_eq!(clean_name("..hidden"), "hidden");
        assert_eq!(clean_name(""), "unnamed");
    }

    proptest! {
        #[test]
        fn a_clean_name_is_short_relative_and_stays_clean(name in ".{0,400}|[./a]{0,300}") {
            let clean = clean_name(&name);
            prop_assert!(clean.chars().count() <= MAX_NAME_CHARACTERS);
            prop_assert!(clean.split('/').all(|part| !matches!(part, "" | "." | "..")));
            prop_assert!(!clean.starts_with(".."));
            prop_assert_eq!(clean_name(&clean), clean);
        }

        #[test]
        fn a_cut_value_is_a_prefix_of_at_most_so_many_characters(value in ".{0,50}", limit in 0_usize..60) {
            let short = cut(value.clone(), limit, "name");
            prop_assert!(value.starts_with(&short));
            prop_assert_eq!(short.chars().count(), value.chars().count().min(limit));
        }
    }
}
