use crate::{Certificate, Description, FilmIds, Invalid, Keyword, Name, Rating, Runtime, Text, Title, Year};

pub type Genre = Text<50>;

/// A film as the catalogue keeps it, whoever it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Film {
    pub ids: FilmIds,
    pub title: Title,
    pub year: Option<Year>,
    pub runtime: Option<Runtime>,
    pub genres: Vec<Genre>,
    pub directors: Vec<Name>,
    pub stars: Vec<Name>,
    pub rating: Option<Rating>,
    /// How many people rated it: orders suggestions of equal likeness.
    pub votes: Option<i32>,
    pub certificate: Option<Certificate>,
    pub keywords: Vec<Keyword>,
    pub description: Option<Description>,
}

impl Film {
    /// How many genres, directors, stars or keywords a film may have. Whoever adds films keeps to it, or the film could
    /// not be changed later.
    pub const MAX_LIST: usize = 50;

    /// A film of which only the name is known.
    pub fn new(ids: FilmIds, title: Title) -> Self {
        Self {
            ids,
            title,
            year: None,
            runtime: None,
            genres: Vec::new(),
            directors: Vec::new(),
            stars: Vec::new(),
            rating: None,
            votes: None,
            certificate: None,
            keywords: Vec::new(),
            description: None,
        }
    }

    pub fn parse_votes(votes: i64) -> Result<i32, Invalid> {
        match i32::try_from(votes) {
            Ok(votes) if votes >= 0 => Ok(votes),
            _ => Err(Invalid::OutOfRange { min: 0.0, max: i32::MAX.into() }),
        }
    }
}
