use std::error::Error;
use std::fmt;

/// An error and all its sources in one line, for logs: most errors display only their own part.
#[derive(Debug)]
pub struct Chain<'a>(pub &'a (dyn Error + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0)?;
        let mut source = self.0.source();
        while let Some(cause) = source {
            write!(formatter, ": {cause}")?;
            source = cause.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("cannot load the catalog")]
    struct Outer(#[source] fmt::Error);

    #[test]
    fn every_source_is_shown() {
        assert_eq!(Chain(&Outer(fmt::Error)).to_string(), format!("cannot load the catalog: {}", fmt::Error));
        assert_eq!(Chain(&fmt::Error).to_string(), fmt::Error.to_string());
    }
}
