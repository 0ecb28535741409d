use crate::fold::folded;

/// Names under which data sets and people know the same genre.
const OTHER_NAMES: [(&str, &str); 33] = [
    ("accion", "action"),
    ("animacion", "animation"),
    ("aventura", "adventure"),
    ("aventuras", "adventure"),
    ("belica", "war"),
    ("belico", "war"),
    ("biografia", "biography"),
    ("children", "family"),
    ("ciencia ficcion", "science fiction"),
    ("comedia", "comedy"),
    ("crimen", "crime"),
    ("deporte", "sport"),
    ("documental", "documentary"),
    ("familia", "family"),
    ("familiar", "family"),
    ("fantasia", "fantasy"),
    ("film noir", "crime"),
    ("guerra", "war"),
    ("historia", "history"),
    ("infantil", "family"),
    ("kids", "family"),
    ("misterio", "mystery"),
    ("musica", "music"),
    ("musical", "music"),
    ("oeste", "western"),
    ("policiaca", "crime"),
    ("romantica", "romance"),
    ("romantico", "romance"),
    ("sci fi", "science fiction"),
    ("scifi", "science fiction"),
    ("suspense", "thriller"),
    ("suspenso", "thriller"),
    ("terror", "horror"),
];

/// The genre as models know it, whatever its language and spelling.
pub fn genre_name(raw: &str) -> String {
    let mut name = String::new();
    for part in folded(raw).split(|letter: char| !letter.is_alphanumeric()).filter(|part| !part.is_empty()) {
        if !name.is_empty() {
            name.push(' ');
        }
        name.push_str(part);
    }
    match OTHER_NAMES.binary_search_by_key(&name.as_str(), |(other, _)| other) {
        Ok(index) => OTHER_NAMES[index].1.to_owned(),
        Err(_) => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_genre_has_one_name_in_both_languages() {
        assert!(OTHER_NAMES.is_sorted_by_key(|(other, _)| *other));
        for name in ["Sci-Fi", "Science Fiction", "Ciencia ficción", "SCI FI"] {
            assert_eq!(genre_name(name), "science fiction");
        }
        assert_eq!(genre_name("Terror"), "horror");
        assert_eq!(genre_name("Drama"), "drama");
        assert_eq!(genre_name(" - "), "");
    }
}
