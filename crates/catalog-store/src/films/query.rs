use std::hash::{DefaultHasher, Hash, Hasher};

use filmlens_domain::{FilmFilter, Order, SortBy};

use crate::films::FilmRow;
use crate::{Cursor, Error};

/// Which films, in which order, and which stretch of them.
#[derive(Debug, Clone, PartialEq)]
pub struct FilmQuery {
    pub filter: FilmFilter,
    pub sort_by: SortBy,
    pub order: Order,
    pub slice: Slice,
    pub limit: u32,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Slice {
    /// Numbered from 1.
    Page(u32),
    After(Cursor),
}

#[derive(Debug, Clone, PartialEq)]
pub struct FilmPage {
    pub films: Vec<FilmRow>,
    pub total: u64,
    /// Absent on the last page.
    pub next: Option<Cursor>,
    /// No title or description holds the text as it was typed: these are the titles most like it.
    pub is_approximate: bool,
}

impl FilmQuery {
    /// Identifies what a cursor belongs to: everything but the position.
    pub(super) fn question(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        // Debug names every field and value; nothing here needs Hash for its own sake.
        format!("{:?} {:?} {:?}", self.filter, self.sort_by, self.order).hash(&mut hasher);
        hasher.finish()
    }

    /// Without a text nothing is more relevant than the rating.
    pub(super) fn sort_by(&self) -> SortBy {
        if self.sort_by == SortBy::Relevance && self.filter.text.is_none() {
            SortBy::Rating
        } else {
            self.sort_by
        }
    }

    pub(super) fn check_cursor(&self) -> Result<(), Error> {
        match &self.slice {
            Slice::After(cursor) if cursor.question != self.question() => Err(Error::ForeignCursor),
            _ => Ok(()),
        }
    }

    pub(super) fn offset(&self) -> u64 {
        match self.slice {
            Slice::Page(page) => u64::from(page.saturating_sub(1)) * u64::from(self.limit),
            Slice::After(_) => 0,
        }
    }
}
