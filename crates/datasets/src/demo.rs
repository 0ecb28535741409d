//! The demo catalogue: well-known films of all decades, described and judged by hand, built into the program.

use filmlens_domain::{
    Certificate, Description, Film, FilmIds, ImdbId, Level, MovieLensId, PerCategory, Rating, Runtime, Text,
    Title, Year,
};
use serde::Deserialize;

const FILES: [(&str, &str); 4] = [
    ("to_1969.toml", include_str!("../demo/to_1969.toml")),
    ("1970_to_1989.toml", include_str!("../demo/1970_to_1989.toml")),
    ("1990_to_1999.toml", include_str!("../demo/1990_to_1999.toml")),
    ("from_2000.toml", include_str!("../demo/from_2000.toml")),
];

#[derive(Debug, Clone, PartialEq)]
pub struct DemoFilm {
    pub film: Film,
    /// What a careful parent said after watching.
    pub levels: PerCategory<Level>,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("demo/{file} is not the TOML that it should be")]
    Toml {
        file: &'static str,
        #[source]
        source: Box<toml::de::Error>,
    },
    #[error("demo/{file}, {title:?}: {problem}")]
    Film { file: &'static str, title: String, problem: String },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    film: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: i64,
    title: String,
    year: i64,
    /// Left out for what is longer than the catalogue can say (500 minutes).
    runtime: Option<i64>,
    genres: Vec<String>,
    director: Vec<String>,
    stars: Vec<String>,
    imdb: Option<String>,
    certificate: String,
    rating: f64,
    keywords: Vec<String>,
    severity: PerCategory<Level>,
    description: String,
}

/// Every film of the demo catalogue, in the order of the years.
pub fn films() -> Result<Vec<DemoFilm>, Error> {
    let mut films = Vec::new();
    for (file, text) in FILES {
        let parsed: File =
            toml::from_str(text).map_err(|source| Error::Toml { file, source: source.into() })?;
        for entry in parsed.film {
            let title = entry.title.clone();
            films.push(entry.into_film().map_err(|problem| Error::Film { file, title, problem })?);
        }
    }
    Ok(films)
}

impl Entry {
    fn into_film(self) -> Result<DemoFilm, String> {
        let invalid = |field: &'static str| move |problem| format!("{field} {problem}");
        let imdb = self.imdb.as_deref().map(ImdbId::parse).transpose().map_err(invalid("imdb"))?;
        let movielens = MovieLensId::new(self.id).map_err(invalid("id"))?;
        let ids = FilmIds::new(imdb, None, Some(movielens)).map_err(invalid("id"))?;
        let film = Film {
            year: Some(Year::new(self.year).map_err(invalid("year"))?),
            runtime: self.runtime.map(Runtime::from_minutes).transpose().map_err(invalid("runtime"))?,
            genres: texts(&self.genres).map_err(invalid("genres"))?,
            directors: texts(&self.director).map_err(invalid("director"))?,
            stars: texts(&self.stars).map_err(invalid("stars"))?,
            rating: Some(Rating::new(self.rating).map_err(invalid("rating"))?),
            certificate: Some(Certificate::parse(&self.certificate).map_err(invalid("certificate"))?),
            keywords: texts(&self.keywords).map_err(invalid("keywords"))?,
            description: Some(Description::parse(&self.description).map_err(invalid("description"))?),
            ..Film::new(ids, Title::parse(&self.title).map_err(invalid("title"))?)
        };
        Ok(DemoFilm { film, levels: self.severity })
    }
}

fn texts<const MAX: usize>(raw: &[String]) -> Result<Vec<Text<MAX>>, filmlens_domain::Invalid> {
    raw.iter().map(Text::parse).collect()
}
