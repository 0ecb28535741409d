use serde::{Deserialize, Serialize};

use crate::{Certificate, Genre, Invalid, Rating, Runtime, Text, Year};

/// Both ends belong to the range; an absent end is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Range<T> {
    pub from: Option<T>,
    pub to: Option<T>,
}

impl<T> Default for Range<T> {
    fn default() -> Self {
        Self { from: None, to: None }
    }
}

impl<T: PartialOrd + Copy> Range<T> {
    /// Refuses a range in which nothing can lie; `upper` is the name of the field that holds the upper end.
    pub fn new(from: Option<T>, to: Option<T>, upper: &'static str) -> Result<Self, Invalid> {
        if let (Some(low), Some(high)) = (from, to)
            && low > high
        {
            return Err(Invalid::AboveUpper { upper });
        }
        Ok(Self { from, to })
    }
}

/// Which films are wanted. An empty filter wants all.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct FilmFilter {
    /// Any part of the title or the description, accents and case aside.
    pub text: Option<Text<200>>,
    /// Any of these.
    pub genres: Vec<Genre>,
    pub certificates: Vec<Certificate>,
    pub years: Range<Year>,
    pub runtimes: Range<Runtime>,
    pub ratings: Range<Rating>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortBy {
    #[default]
    Year,
    Rating,
    Runtime,
    MovieName,
    /// How well the title matches the searched text; without a text, as by rating.
    Relevance,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    Asc,
    #[default]
    Desc,
}
