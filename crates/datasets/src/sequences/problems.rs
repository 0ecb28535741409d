use std::fmt;

use crate::{Error, Rejection};

/// What is wrong with histories or ratings that were read: the first problems in full, the rest only counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems {
    first: Vec<Rejection>,
    total: u64,
}

impl Problems {
    pub const LISTED: usize = 10;

    pub fn first(&self) -> &[Rejection] {
        &self.first
    }

    pub fn total(&self) -> u64 {
        self.total
    }

    pub(crate) fn add(&mut self, file: &str, line: u64, reason: impl Into<String>) {
        self.push(Rejection { file: file.to_owned(), line, reason: reason.into() });
    }

    pub(crate) fn push(&mut self, problem: Rejection) {
        self.total += 1;
        if self.first.len() < Self::LISTED {
            self.first.push(problem);
        }
    }

    pub(crate) fn into_result(self) -> Result<(), Error> {
        if self.total == 0 { Ok(()) } else { Err(Error::BadSequences(self)) }
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.total == 1 { "" } else { "s" };
        write!(formatter, "the data has {} problem{plural}", self.total)?;
        if self.total > self.first.len() as u64 {
            write!(formatter, ", of which the first {} are", self.first.len())?;
        }
        formatter.write_str(":")?;
        for problem in &self.first {
            write!(formatter, "\n  {problem}")?;
        }
        Ok(())
    }
}
