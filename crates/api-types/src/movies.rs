use chrono::{DateTime, Utc};
use filmlens_domain::{
    Certificate, Description, FieldErrors, Film, FilmIds, Genre, ImdbId, Invalid, Keyword, MovieLensId, Name,
    Rating, Runtime, Title, TmdbId, Year,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::schemas::{GenreSchema, KeywordSchema, NameSchema};
use crate::whole_number;

/// A film of the catalogue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Movie {
    #[schema(example = "tt0068646")]
    pub imdb_id: Option<String>,
    #[schema(example = "238")]
    pub tmdb_id: Option<String>,
    #[schema(example = 858)]
    pub movielens_id: Option<i32>,
    #[schema(example = "The Godfather")]
    pub movie_name: String,
    #[schema(example = 1972)]
    pub year: Option<i16>,
    /// Minutes.
    #[schema(example = 175)]
    pub runtime: Option<i16>,
    pub genre: Vec<String>,
    /// 0 to 10.
    #[schema(example = 9.2)]
    pub rating: Option<f32>,
    pub description: Option<String>,
    pub director: Vec<String>,
    pub star: Vec<String>,
    /// How many people rated the film.
    pub votes: Option<i32>,
    #[schema(example = "R")]
    pub certificate: Option<String>,
    pub keywords: Vec<String>,
    pub updated_at: DateTime<Utc>,
}

/// What a client says of a film. At least one id is needed.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MovieInput {
    #[schema(example = "tt0068646", pattern = "^(tt)?(?!0+$)[0-9]{1,10}$")]
    pub imdb_id: Option<String>,
    #[schema(example = "238", pattern = "^0*[1-9][0-9]{0,8}$")]
    pub tmdb_id: Option<String>,
    #[schema(minimum = 1, maximum = 2147483647)]
    #[serde(default, deserialize_with = "whole_number::optional")]
    pub movielens_id: Option<i64>,
    #[schema(
        example = "The Godfather",
        min_length = 1,
        max_length = 500,
        pattern = "^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$"
    )]
    pub movie_name: String,
    #[schema(minimum = 1800, maximum = 2100)]
    #[serde(default, deserialize_with = "whole_number::optional")]
    pub year: Option<i64>,
    /// Minutes.
    #[schema(minimum = 1, maximum = 499)]
    #[serde(default, deserialize_with = "whole_number::optional")]
    pub runtime: Option<i64>,
    #[serde(default)]
    #[schema(value_type = Vec<GenreSchema>, inline, max_items = 50)]
    pub genre: Vec<String>,
    #[schema(minimum = 0, maximum = 10)]
    pub rating: Option<f64>,
    #[schema(min_length = 1, max_length = 20000, pattern = "^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$")]
    pub description: Option<String>,
    #[serde(default)]
    #[schema(value_type = Vec<NameSchema>, inline, max_items = 50)]
    pub director: Vec<String>,
    #[serde(default)]
    #[schema(value_type = Vec<NameSchema>, inline, max_items = 50)]
    pub star: Vec<String>,
    #[schema(minimum = 0, maximum = 2147483647)]
    #[serde(default, deserialize_with = "whole_number::optional")]
    pub votes: Option<i64>,
    #[schema(min_length = 1, max_length = 20, pattern = "^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$")]
    pub certificate: Option<String>,
    #[serde(default)]
    #[schema(value_type = Vec<KeywordSchema>, inline, max_items = 50)]
    pub keywords: Vec<String>,
}

impl MovieInput {
    /// Every field that breaks a rule is named.
    pub fn parse(self) -> Result<Film, FieldErrors> {
        let mut errors = FieldErrors::default();
        for (field, list) in [
            ("genre", &self.genre),
            ("director", &self.director),
            ("star", &self.star),
            ("keywords", &self.keywords),
        ] {
            if list.len() > Film::MAX_LIST {
                errors.add(field, Invalid::TooMany { max: Film::MAX_LIST });
            }
        }
        let imdb = errors.check_some("imdb_id", self.imdb_id.as_deref(), ImdbId::parse);
        let tmdb = errors.check_some("tmdb_id", self.tmdb_id.as_deref(), TmdbId::parse);
        let movielens = errors.check_some("movielens_id", self.movielens_id, MovieLensId::new);
        let year = errors.check_some("year", self.year, Year::new);
        let runtime = errors.check_some("runtime", self.runtime, Runtime::from_minutes);
        let rating = errors.check_some("rating", self.rating, Rating::new);
        let votes = errors.check_some("votes", self.votes, Film::parse_votes);
        let certificate = errors.check_some("certificate", self.certificate, Certificate::parse);
        let description = errors.check_some("description", self.description, Description::parse);
        let genres = errors.check_each("genre", self.genre, Genre::parse);
        let directors = errors.check_each("director", self.director, Name::parse);
        let stars = errors.check_each("star", self.star, Name::parse);
        let keywords = errors.check_each("keywords", self.keywords, Keyword::parse);
        let title = errors.check("movie_name", Title::parse(self.movie_name));

        let names_an_id = self.imdb_id.is_some() || self.tmdb_id.is_some() || self.movielens_id.is_some();
        if !names_an_id {
            errors.add("movie", Invalid::NoId);
        }
        let ids = FilmIds::new(imdb, tmdb, movielens).ok();
        match (ids, title) {
            (Some(ids), Some(title)) => {
                errors.into_result()?;
                Ok(Film {
                    ids,
                    title,
                    year,
                    runtime,
                    genres,
                    directors,
                    stars,
                    rating,
                    votes,
                    certificate,
                    keywords,
                    description,
                })
            }
            _ => Err(errors),
        }
    }
}

impl From<Movie> for MovieInput {
    /// The film as it is, for a partial change of it.
    fn from(movie: Movie) -> Self {
        Self {
            imdb_id: movie.imdb_id,
            tmdb_id: movie.tmdb_id,
            movielens_id: movie.movielens_id.map(i64::from),
            movie_name: movie.movie_name,
            year: movie.year.map(i64::from),
            runtime: movie.runtime.map(i64::from),
            genre: movie.genre,
            rating: movie.rating.map(f64::from),
            description: movie.description,
            director: movie.director,
            star: movie.star,
            votes: movie.votes.map(i64::from),
            certificate: movie.certificate,
            keywords: movie.keywords,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Suggestions {
    pub suggestions: Vec<Suggestion>,
    /// The catalogue cannot be reached; changes of the last moments may be missing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub degraded: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Suggestion {
    pub imdb_id: Option<String>,
    pub tmdb_id: Option<String>,
    pub movielens_id: Option<i32>,
    pub movie_name: String,
    pub year: Option<i16>,
}

/// The values that the search filters can take.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FilterOptions {
    pub genres: Vec<String>,
    pub certificates: Vec<String>,
    pub year_range: WholeRange,
    pub rating_range: NumberRange,
    /// Minutes.
    pub runtime_range: WholeRange,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WholeRange {
    pub min: i16,
    pub max: i16,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NumberRange {
    pub min: f32,
    pub max: f32,
}

/// How the films that pass the filters spread over the values of each property.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Facets {
    pub total_items: u64,
    pub genres: Vec<FacetCount>,
    pub certificates: Vec<FacetCount>,
    pub decades: Vec<FacetCount>,
    /// Whole points, by their lower end.
    pub ratings: Vec<FacetCount>,
    /// Half hours, by their lower end in minutes.
    pub runtimes: Vec<FacetCount>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FacetCount {
    pub value: String,
    pub count: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_field_is_named() {
        let input = MovieInput {
            imdb_id: Some("nm1".into()),
            movie_name: " ".into(),
            year: Some(1700),
            genre: vec!["Drama".into(), String::new()],
            ..MovieInput::default()
        };
        let errors = input.parse().unwrap_err();
        let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["imdb_id", "year", "genre[1]", "movie_name"]);
    }

    #[test]
    fn a_film_without_an_id_is_refused() {
        let input = MovieInput { movie_name: "Alien".into(), ..MovieInput::default() };
        assert_eq!(input.parse().unwrap_err().to_string(), "movie needs imdb_id, tmdb_id or movielens_id");
    }
}
