use std::fmt;

/// Why a value was refused, worded to follow the name of its field: "year_from must be between 1800 and 2100".
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Invalid {
    #[error("must be between {min} and {max}")]
    OutOfRange { min: f64, max: f64 },
    #[error("must be a whole number")]
    NotWhole,
    #[error("must not be empty")]
    Empty,
    #[error("must have at most {max} characters")]
    TooLong { max: usize },
    #[error("must have at most {max} entries")]
    TooMany { max: usize },
    #[error("must not contain a NUL character")]
    Nul,
    #[error("must be an IMDb id such as tt0111161")]
    ImdbId,
    #[error("must be a TMDB id, a positive whole number")]
    TmdbId,
    #[error("must be an IMDb id (tt0111161), a TMDB id (278) or a MovieLens id (ml318)")]
    FilmRef,
    #[error("needs imdb_id, tmdb_id or movielens_id")]
    NoId,
    #[error("must be one of {allowed}")]
    NotOneOf { allowed: &'static str },
    #[error("must not be above {upper}")]
    AboveUpper { upper: &'static str },
    #[error("was given twice: {value}")]
    Repeated { value: String },
    #[error("cannot be read: {why}")]
    Unreadable { why: String },
    #[error("{0}")]
    Other(&'static str),
}

#[derive(Debug, Clone, PartialEq)]
pub struct FieldError {
    pub field: String,
    pub problem: Invalid,
}

impl fmt::Display for FieldError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.field, self.problem)
    }
}

/// Collects every refused field of a request, so that the client hears of all of them at once.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    pub fn add(&mut self, field: impl Into<String>, problem: Invalid) {
        self.0.push(FieldError { field: field.into(), problem });
    }

    /// Keeps the value of a success, or the error under the field's name.
    pub fn check<T>(&mut self, field: &str, parsed: Result<T, Invalid>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(problem) => {
                self.add(field, problem);
                None
            }
        }
    }

    /// As [`Self::check`], for a field that may be absent.
    pub fn check_some<V, T>(
        &mut self,
        field: &str,
        value: Option<V>,
        parse: impl FnOnce(V) -> Result<T, Invalid>,
    ) -> Option<T> {
        value.and_then(|value| self.check(field, parse(value)))
    }

    /// As [`Self::check`], for a list; the error names the position.
    pub fn check_each<V, T>(
        &mut self,
        field: &str,
        values: impl IntoIterator<Item = V>,
        parse: impl Fn(V) -> Result<T, Invalid>,
    ) -> Vec<T> {
        let mut parsed = Vec::new();
        for (index, value) in values.into_iter().enumerate() {
            match parse(value) {
                Ok(value) => parsed.push(value),
                Err(problem) => self.add(format!("{field}[{index}]"), problem),
            }
        }
        parsed
    }

    pub fn into_result(self) -> Result<(), FieldErrors> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }

    pub fn iter(&self) -> impl Iterator<Item = &FieldError> {
        self.0.iter()
    }
}

impl From<FieldError> for FieldErrors {
    fn from(error: FieldError) -> Self {
        Self(vec![error])
    }
}

impl fmt::Display for FieldErrors {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(formatter, "{separator}{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for FieldErrors {}
