use crate::{PerCategory, Reading};

/// What is known of a film whose content is asked for: all that a classifier may read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FilmEvidence {
    pub title: String,
    pub description: String,
    pub genres: Vec<String>,
    pub certificate: Option<String>,
    pub keywords: Vec<String>,
    pub year: Option<i32>,
}

/// What a classifier found in a film.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    pub categories: PerCategory<CategoryAssessment>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct CategoryAssessment {
    /// The likeliest level, always one of the three, with the calibrated probability of each.
    pub reading: Reading,
    /// Too little is known of the film to tell: whoever acts on the level must not take it for safe.
    pub is_uncertain: bool,
    /// Only where it was asked for.
    pub explanation: Option<Explanation>,
}

/// Why a score came out as it did: `base` and the contributions add up to `raw`.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The score of a film of which nothing is known, in log-odds.
    pub base: f64,
    /// The score before calibration, in log-odds.
    pub raw: f64,
    /// The strongest first.
    pub contributions: Vec<Contribution>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Contribution {
    pub source: Source,
    /// What it added to the score; below zero, what it took away.
    pub value: f64,
}

/// A word or fact of the film that pushed a score.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// A word of the title or the description as it stands there.
    Word(String),
    Genre(String),
    Certificate(String),
    Keyword(String),
    Year(i32),
    /// What is missing or applies to the film as a whole, such as the length of its description.
    Other(String),
}

impl Assessment {
    pub fn readings(&self) -> PerCategory<Reading> {
        self.categories.map(|category| category.reading)
    }
}
