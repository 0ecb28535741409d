use std::fmt;

use serde::Serialize;

use crate::Invalid;

/// Trimmed text that is not empty, holds no NUL (which Postgres cannot store) and at most `MAX` characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Text<const MAX: usize>(String);

pub type Title = Text<500>;
pub type Name = Text<200>;
pub type Keyword = Text<100>;
pub type Certificate = Text<20>;
pub type Description = Text<20_000>;

impl<const MAX: usize> Text<MAX> {
    pub fn parse(raw: impl AsRef<str>) -> Result<Self, Invalid> {
        let text = raw.as_ref().trim();
        if text.is_empty() {
            return Err(Invalid::Empty);
        }
        if text.contains('\0') {
            return Err(Invalid::Nul);
        }
        if text.chars().count() > MAX {
            return Err(Invalid::TooLong { max: MAX });
        }
        Ok(Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn into_string(self) -> String {
        self.0
    }
}

impl<const MAX: usize> fmt::Display for Text<MAX> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl<const MAX: usize> AsRef<str> for Text<MAX> {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_trimmed_and_bounded_in_characters_not_bytes() {
        assert_eq!(Text::<4>::parse("  ñandú").unwrap_err(), Invalid::TooLong { max: 4 });
        assert_eq!(Text::<5>::parse("  ñandú ").unwrap().as_str(), "ñandú");
        assert_eq!(Text::<5>::parse(" \t ").unwrap_err(), Invalid::Empty);
        assert_eq!(Text::<5>::parse("a\0b").unwrap_err(), Invalid::Nul);
    }
}
