use std::fmt;
use std::str::FromStr;

use filmlens_domain::{Category, Level, PerCategory};
use serde::{Deserialize, Serialize};

use crate::Error;

/// What a model answers of a film.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Three levels of each category.
    #[default]
    Levels,
    /// The older form: whether a category is there at all.
    Triggers,
}

/// Whether a film has at least that much of a category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Question {
    pub category: Category,
    pub at_least: Level,
}

impl Form {
    pub const ALL: [Self; 2] = [Self::Levels, Self::Triggers];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Levels => "levels",
            Self::Triggers => "triggers",
        }
    }

    /// Category after category, the lower level first.
    pub fn questions(self) -> Vec<Question> {
        let levels: &[Level] = match self {
            Self::Levels => &[Level::Moderado, Level::Alto],
            Self::Triggers => &[Level::Moderado],
        };
        let of_category =
            |category| levels.iter().map(move |at_least| Question { category, at_least: *at_least });
        Category::ALL.into_iter().flat_map(of_category).collect()
    }
}

impl Question {
    /// The answer that people gave, if anybody was asked.
    pub fn answer(self, severities: &PerCategory<Option<Level>>) -> Option<bool> {
        severities.get(self.category).map(|level| level >= self.at_least)
    }
}

impl FromStr for Form {
    type Err = Error;

    fn from_str(raw: &str) -> Result<Self, Error> {
        Self::ALL.into_iter().find(|form| form.as_str() == raw).ok_or_else(|| Error::Setting {
            setting: "form",
            value: raw.to_owned(),
            allowed: "levels or triggers",
        })
    }
}

impl fmt::Display for Form {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Display for Question {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}>={}", self.category, self.at_least)
    }
}
