use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A way to recommend, by the name that clients give it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    Popular,
    Trending,
    Knn,
    Svd,
    PureSvd,
    Ials,
    Ease,
    #[serde(rename = "kmeans")]
    KMeans,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{given:?} is not a method; use one of {}", Method::NAMES.join(", "))]
pub struct UnknownMethod {
    pub given: String,
}

impl Method {
    pub const ALL: [Self; 8] = [
        Self::Popular,
        Self::Trending,
        Self::Knn,
        Self::Svd,
        Self::PureSvd,
        Self::Ials,
        Self::Ease,
        Self::KMeans,
    ];

    pub const NAMES: [&'static str; 8] = {
        let mut names = [""; 8];
        let mut place = 0;
        while place < names.len() {
            names[place] = Self::ALL[place].name();
            place += 1;
        }
        names
    };

    pub const fn name(self) -> &'static str {
        match self {
            Self::Popular => "popular",
            Self::Trending => "trending",
            Self::Knn => "knn",
            Self::Svd => "svd",
            Self::PureSvd => "pure-svd",
            Self::Ials => "ials",
            Self::Ease => "ease",
            Self::KMeans => "kmeans",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for Method {
    type Err = UnknownMethod;

    fn from_str(text: &str) -> Result<Self, UnknownMethod> {
        let is_named = |method: &Method| method.name().eq_ignore_ascii_case(text.trim());
        Self::ALL.into_iter().find(is_named).ok_or_else(|| UnknownMethod { given: text.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use serde::de::IntoDeserializer;
    use serde::de::value::{Error, StrDeserializer};

    use super::*;

    #[test]
    fn every_method_is_read_by_its_name() {
        for method in Method::ALL {
            let text: StrDeserializer<'_, Error> = method.name().into_deserializer();
            assert_eq!(Method::deserialize(text), Ok(method));
            assert_eq!(method.to_string().parse(), Ok(method));
            assert_eq!(method.name().to_uppercase().parse(), Ok(method));
        }
    }

    #[test]
    fn an_unknown_name_is_answered_with_those_that_there_are() {
        let error = "magic".parse::<Method>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "\"magic\" is not a method; use one of popular, trending, knn, svd, pure-svd, ials, ease, kmeans"
        );
    }
}
