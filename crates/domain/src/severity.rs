use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Invalid;

/// What a family may want to know of a film before it watches. The order is that of the model's outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    Violencia,
    Sexualidad,
    Drogas,
    LenguajeFuerte,
    Suicidio,
}

impl Category {
    pub const ALL: [Self; 5] =
        [Self::Violencia, Self::Sexualidad, Self::Drogas, Self::LenguajeFuerte, Self::Suicidio];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Violencia => "violencia",
            Self::Sexualidad => "sexualidad",
            Self::Drogas => "drogas",
            Self::LenguajeFuerte => "lenguaje_fuerte",
            Self::Suicidio => "suicidio",
        }
    }
}

/// How much of a category a film holds, from nothing to a lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    SinContenido,
    Moderado,
    Alto,
}

impl Level {
    pub const ALL: [Self; 3] = [Self::SinContenido, Self::Moderado, Self::Alto];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::SinContenido => "sin_contenido",
            Self::Moderado => "moderado",
            Self::Alto => "alto",
        }
    }
}

impl FromStr for Level {
    type Err = Invalid;

    fn from_str(raw: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|level| level.as_str() == raw)
            .ok_or(Invalid::NotOneOf { allowed: "sin_contenido, moderado, alto" })
    }
}

impl fmt::Display for Category {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Display for Level {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// One value for each category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PerCategory<T> {
    pub violencia: T,
    pub sexualidad: T,
    pub drogas: T,
    pub lenguaje_fuerte: T,
    pub suicidio: T,
}

impl<T> PerCategory<T> {
    pub fn from_fn(mut value: impl FnMut(Category) -> T) -> Self {
        Self {
            violencia: value(Category::Violencia),
            sexualidad: value(Category::Sexualidad),
            drogas: value(Category::Drogas),
            lenguaje_fuerte: value(Category::LenguajeFuerte),
            suicidio: value(Category::Suicidio),
        }
    }

    pub fn get(&self, category: Category) -> &T {
        match category {
            Category::Violencia => &self.violencia,
            Category::Sexualidad => &self.sexualidad,
            Category::Drogas => &self.drogas,
            Category::LenguajeFuerte => &self.lenguaje_fuerte,
            Category::Suicidio => &self.suicidio,
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (Category, &T)> {
        Category::ALL.into_iter().map(|category| (category, self.get(category)))
    }

    pub fn map<U>(&self, mut change: impl FnMut(&T) -> U) -> PerCategory<U> {
        PerCategory::from_fn(|category| change(self.get(category)))
    }
}

/// A level with the evidence for it. The three probabilities come from separate classifiers and need not add up to one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    pub level: Level,
    pub probability: f64,
    pub none: f64,
    pub moderate: f64,
    pub high: f64,
}

impl Reading {
    /// A level that somebody vouches for.
    pub fn certain(level: Level) -> Self {
        let is = |candidate| if level == candidate { 1.0 } else { 0.0 };
        Self {
            level,
            probability: 1.0,
            none: is(Level::SinContenido),
            moderate: is(Level::Moderado),
            high: is(Level::Alto),
        }
    }
}
