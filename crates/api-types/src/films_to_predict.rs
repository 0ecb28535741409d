use filmlens_domain::{
    Certificate, Description, FamilyLimits, FamilyProfile, FieldErrors, FilmEvidence, Genre, Invalid,
    Keyword, Text, Title, Year,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::schemas::{CertificateSchema, GenreSchema, KeywordSchema};
use crate::{FamilyLimitsInput, whole_number};

/// A film whose content is asked for. Other keys are ignored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FilmToPredict {
    #[schema(
        example = "tt0068646",
        min_length = 1,
        max_length = 50,
        pattern = "^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$"
    )]
    pub movie_id: String,
    #[schema(
        example = "The Godfather",
        min_length = 1,
        max_length = 500,
        pattern = "^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$"
    )]
    pub title: String,
    #[schema(
        example = "The aging patriarch of an organized crime dynasty transfers control to his reluctant son.",
        min_length = 10,
        max_length = 20000,
        pattern = "^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$"
    )]
    pub description: String,
    #[serde(default)]
    #[schema(value_type = Option<Vec<GenreSchema>>, inline, max_items = 50, example = json!(["Crime", "Drama"]))]
    pub genres: Option<Vec<String>>,
    /// More genres, as one text of at most 200 characters with commas between them, or as a list.
    #[serde(default)]
    #[schema(value_type = Value, example = "Crime, Drama")]
    pub genre: Option<Value>,
    #[serde(default)]
    #[schema(value_type = Option<CertificateSchema>, inline, example = "R")]
    pub certificate: Option<String>,
    #[serde(default)]
    #[schema(value_type = Option<Vec<KeywordSchema>>, inline, max_items = 500)]
    pub keywords: Option<Vec<String>>,
    #[serde(default, deserialize_with = "whole_number::optional")]
    #[schema(minimum = 1800, maximum = 2100, example = 1972)]
    pub year: Option<i64>,
    /// Whether to tell which words and facts pushed each score.
    #[serde(default)]
    pub explain: Option<bool>,
    /// The family that the verdict is for.
    #[serde(default)]
    pub profile: Option<FamilyInput>,
    /// The same, by the id of a profile that your API key keeps.
    #[serde(default)]
    #[schema(format = Uuid)]
    pub profile_id: Option<String>,
    /// Only for the shape of the first revisions: `false` wants no more than that it is done.
    #[serde(default)]
    #[schema(value_type = Value, example = true)]
    pub verbose: Option<Value>,
}

/// Who watches. With it the answer has a verdict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FamilyInput {
    /// Of the youngest viewer.
    #[schema(minimum = 0, maximum = 120, example = 9)]
    #[serde(deserialize_with = "whole_number::required")]
    pub age: i64,
    /// What is left out gets the limit that suits the age.
    #[serde(default)]
    pub limits: FamilyLimitsInput,
    #[serde(default)]
    #[schema(value_type = Vec<GenreSchema>, inline, max_items = 50)]
    pub blocked_genres: Vec<String>,
}

/// A film that keeps every rule.
#[derive(Debug, Clone, PartialEq)]
pub struct ParsedFilm {
    pub movie_id: Text<50>,
    pub evidence: FilmEvidence,
    pub explain: bool,
}

const MIN_DESCRIPTION: usize = 10;
const MAX_GENRES: usize = 50;
const MAX_GENRE_TEXT: usize = 200;
const MAX_KEYWORDS: usize = 500;
const NOT_GENRES: Invalid = Invalid::Other("must be a text or a list of texts");

impl FilmToPredict {
    /// Takes `genre` and `verbose` for absent where they cannot be used: to most they are just other keys.
    pub fn ignore_unusable_extras(&mut self) {
        self.genre.take_if(|genre| parse_extra_genres(genre).is_err());
        self.verbose.take_if(|verbose| parse_verbose(verbose).is_err());
    }

    pub fn is_verbose(&self) -> bool {
        self.verbose != Some(Value::Bool(false))
    }

    /// Every field that breaks a rule is named.
    pub fn parse(self) -> Result<ParsedFilm, FieldErrors> {
        let mut errors = FieldErrors::default();
        let movie_id = errors.check("movie_id", Text::<50>::parse(self.movie_id));
        let title = errors.check("title", Title::parse(self.title));
        let description = errors.check("description", parse_description(&self.description));
        let mut genres = list("genres", self.genres, MAX_GENRES, Genre::parse, &mut errors);
        let also = errors.check_some("genre", self.genre, |genre| parse_extra_genres(&genre));
        for genre in also.into_iter().flatten() {
            if !genres.contains(&genre) {
                genres.push(genre);
            }
        }
        errors.check_some("verbose", self.verbose, |verbose| parse_verbose(&verbose));
        let keywords = list("keywords", self.keywords, MAX_KEYWORDS, Keyword::parse, &mut errors);
        let certificate = errors.check_some("certificate", self.certificate, Certificate::parse);
        let year = errors.check_some("year", self.year, Year::new);
        let (Some(movie_id), Some(title), Some(description)) = (movie_id, title, description) else {
            return Err(errors);
        };
        errors.into_result()?;
        let evidence = FilmEvidence {
            title: title.into_string(),
            description: description.into_string(),
            genres,
            certificate: certificate.map(Text::into_string),
            keywords,
            year: year.map(|year| year.get().into()),
        };
        Ok(ParsedFilm { movie_id, evidence, explain: self.explain.unwrap_or(false) })
    }
}

fn parse_description(raw: &str) -> Result<Description, Invalid> {
    let description = Description::parse(raw)?;
    if raw.chars().count() < MIN_DESCRIPTION {
        return Err(Invalid::Other("must have at least 10 characters"));
    }
    Ok(description)
}

fn list<const MAX: usize>(
    field: &str,
    values: Option<Vec<String>>,
    max: usize,
    parse: fn(String) -> Result<Text<MAX>, Invalid>,
    errors: &mut FieldErrors,
) -> Vec<String> {
    let values = values.unwrap_or_default();
    if values.len() > max {
        errors.add(field, Invalid::TooMany { max });
        return Vec::new();
    }
    errors.check_each(field, values, parse).into_iter().map(Text::into_string).collect()
}

fn parse_verbose(verbose: &Value) -> Result<bool, Invalid> {
    verbose.as_bool().ok_or(Invalid::Other("must be true or false"))
}

/// Clients of before send "Action, Drama", or nothing; query-api has a list.
fn parse_extra_genres(genre: &Value) -> Result<Vec<String>, Invalid> {
    match genre {
        Value::String(text) => parse_genre_text(text),
        Value::Array(genres) if genres.len() > MAX_GENRES => Err(Invalid::TooMany { max: MAX_GENRES }),
        Value::Array(genres) => genres.iter().map(parse_listed_genre).collect(),
        _ => Err(NOT_GENRES),
    }
}

fn parse_listed_genre(genre: &Value) -> Result<String, Invalid> {
    Ok(Genre::parse(genre.as_str().ok_or(NOT_GENRES)?)?.into_string())
}

fn parse_genre_text(raw: &str) -> Result<Vec<String>, Invalid> {
    if raw.chars().count() > MAX_GENRE_TEXT {
        return Err(Invalid::TooLong { max: MAX_GENRE_TEXT });
    }
    if raw.contains('\0') {
        return Err(Invalid::Nul);
    }
    let genres = raw.split([',', '|']).map(str::trim).filter(|genre| !genre.is_empty());
    Ok(genres.map(str::to_owned).collect())
}

impl FamilyInput {
    /// The limits, and the genres that the family does not want.
    pub fn parse(self) -> Result<(FamilyLimits, Vec<String>), FieldErrors> {
        let mut errors = FieldErrors::default();
        let age = errors.check("profile.age", FamilyProfile::parse_age(self.age));
        let blocked = Some(self.blocked_genres);
        let blocked = list("profile.blocked_genres", blocked, MAX_GENRES, Genre::parse, &mut errors);
        let Some(age) = age else { return Err(errors) };
        errors.into_result()?;
        Ok((self.limits.or(FamilyLimits::for_age(age)), blocked))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn film() -> FilmToPredict {
        FilmToPredict {
            movie_id: "tt0068646".to_owned(),
            title: "The Godfather".to_owned(),
            description: "A crime dynasty.".to_owned(),
            genres: None,
            genre: None,
            certificate: None,
            keywords: None,
            year: None,
            explain: None,
            profile: None,
            profile_id: None,
            verbose: None,
        }
    }

    #[test]
    fn genres_come_as_a_list_as_a_text_or_as_both() {
        let film = FilmToPredict {
            genres: Some(vec!["Crime".to_owned()]),
            genre: Some(json!("Crime, Drama |")),
            ..film()
        };
        let listed = FilmToPredict { genre: Some(json!([" Drama "])), ..film.clone() };
        for film in [film, listed] {
            assert_eq!(film.parse().unwrap().evidence.genres, ["Crime", "Drama"]);
        }
    }

    #[test]
    fn a_genre_or_verbose_that_cannot_be_used_is_refused_or_taken_for_absent() {
        for (genre, verbose) in [
            (json!("a".repeat(201)), json!("yes")),
            (json!(["War", 7]), json!(1)),
            (json!(vec!["War"; 51]), json!([])),
            (json!([""]), json!({})),
            (json!({"a": 1}), json!(0.5)),
        ] {
            let mut film = FilmToPredict { genre: Some(genre), verbose: Some(verbose), ..film() };
            let errors = film.clone().parse().unwrap_err();
            let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
            assert_eq!(fields, ["genre", "verbose"]);
            film.ignore_unusable_extras();
            assert!(film.is_verbose());
            assert_eq!(film.parse().unwrap().evidence.genres, Vec::<String>::new());
        }
    }

    #[test]
    fn every_field_that_breaks_a_rule_is_named() {
        let broken = FilmToPredict {
            movie_id: " ".to_owned(),
            title: "a".repeat(501),
            description: "short".to_owned(),
            genres: Some(vec![String::new()]),
            genre: Some(json!("\0")),
            certificate: Some("a".repeat(21)),
            keywords: Some(vec![String::new(); 501]),
            year: Some(1799),
            ..film()
        };
        let errors = broken.parse().unwrap_err();
        let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(
            fields,
            ["movie_id", "title", "description", "genres[0]", "genre", "keywords", "certificate", "year"]
        );
    }

    #[test]
    fn a_description_of_ten_signs_of_any_script_is_enough() {
        let described = |description: &str| FilmToPredict { description: description.to_owned(), ..film() };
        assert!(described("🎬🎬🎬🎬🎬🎬🎬🎬🎬🎬").parse().is_ok());
        assert!(described("🎬🎬🎬🎬🎬🎬🎬🎬🎬").parse().is_err());
        assert!(described(&"ש".repeat(20_000)).parse().is_ok());
        assert!(described(&"ש".repeat(20_001)).parse().is_err());
    }
}
