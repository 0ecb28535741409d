use filmlens_domain::{Film, Year};
use serde::{Deserialize, Serialize};

/// What is known of an item beside its ratings.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FilmFacts {
    /// As the vocabulary has it.
    pub id: i64,
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<i16>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub genres: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub directors: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stars: Vec<String>,
}

impl FilmFacts {
    pub fn of(id: i64, film: &Film) -> Self {
        fn texts<const MAX: usize>(texts: &[filmlens_domain::Text<MAX>]) -> Vec<String> {
            texts.iter().map(|text| text.as_str().to_owned()).collect()
        }
        Self {
            id,
            title: film.title.as_str().to_owned(),
            year: film.year.map(Year::get),
            genres: texts(&film.genres),
            directors: texts(&film.directors),
            stars: texts(&film.stars),
        }
    }
}
