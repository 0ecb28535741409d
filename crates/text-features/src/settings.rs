use serde::{Deserialize, Serialize};

use crate::Error;

/// What a [`FeatureSpace`](crate::FeatureSpace) is made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SpaceSettings {
    /// Sequences of words.
    pub words: Option<SequenceSettings>,
    /// Sequences of characters within a word and the spaces around it.
    pub characters: Option<SequenceSettings>,
    pub facts: FactSettings,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SequenceSettings {
    pub min_length: usize,
    pub max_length: usize,
    /// The most frequent are kept.
    pub max_features: usize,
    /// In how many films a sequence has to occur.
    pub min_films: u32,
    /// In what share of the films it may occur.
    pub max_share: f64,
    /// Whether a sequence counts by the logarithm of its occurrences.
    pub is_sublinear: bool,
    /// How much these sequences count beside the rest.
    pub weight: f64,
}

/// Which facts beside the text are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FactSettings {
    pub genres: bool,
    pub certificate: bool,
    pub year: bool,
}

impl Default for FactSettings {
    fn default() -> Self {
        Self { genres: true, certificate: true, year: true }
    }
}

impl Default for SpaceSettings {
    /// The form in production: words 1 to 3, characters 3 to 5.
    fn default() -> Self {
        let words = SequenceSettings {
            min_length: 1,
            max_length: 3,
            max_features: 50_000,
            min_films: 3,
            max_share: 0.9,
            is_sublinear: true,
            weight: 1.0,
        };
        let characters = SequenceSettings {
            min_length: 3,
            max_length: 5,
            max_features: 20_000,
            max_share: 1.0,
            weight: 0.7,
            ..words.clone()
        };
        Self { words: Some(words), characters: Some(characters), facts: FactSettings::default() }
    }
}

impl SpaceSettings {
    /// The older form: 500 sequences of words, and genres.
    pub fn older() -> Self {
        let words = SequenceSettings {
            min_length: 1,
            max_length: 3,
            max_features: 500,
            min_films: 3,
            max_share: 0.8,
            is_sublinear: false,
            weight: 1.0,
        };
        let facts = FactSettings { genres: true, certificate: false, year: false };
        Self { words: Some(words), characters: None, facts }
    }

    pub fn check(&self) -> Result<(), Error> {
        for sequences in [&self.words, &self.characters].into_iter().flatten() {
            sequences.check()?;
        }
        Ok(())
    }
}

impl SequenceSettings {
    const MAX_LENGTH: usize = 10;

    fn check(&self) -> Result<(), Error> {
        let refuse = |setting, value: String, allowed| Err(Error::Setting { setting, value, allowed });
        if self.min_length == 0 || self.max_length < self.min_length || self.max_length > Self::MAX_LENGTH {
            let value = format!("{} to {}", self.min_length, self.max_length);
            return refuse("the length of a sequence", value, "1 to 10, the longest at least the shortest");
        }
        if self.max_features == 0 {
            return refuse("max_features", "0".to_owned(), "above 0");
        }
        if !(self.max_share > 0.0 && self.max_share <= 1.0) {
            return refuse("max_share", self.max_share.to_string(), "above 0 and at most 1");
        }
        if !(self.weight > 0.0 && self.weight <= 100.0) {
            return refuse("weight", self.weight.to_string(), "above 0 and at most 100");
        }
        Ok(())
    }
}
