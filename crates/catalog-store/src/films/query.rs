use filmlens_domain::{FilmFilter, Order, SortBy};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::cursor::SortKey;
use crate::films::FilmRow;
use crate::{Cursor, Error};

/// Which films, in which order, and which stretch of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FilmQuery {
    pub filter: FilmFilter,
    pub sort_by: SortBy,
    pub order: Order,
    pub slice: Slice,
    pub limit: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
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

/// Tells questions apart by what they say, in little room, the same in every build of the program.
pub(super) fn digest(question: &impl Serialize) -> [u8; 32] {
    let text = serde_json::to_vec(question).expect("questions are plain values");
    Sha256::digest(text).into()
}

impl FilmQuery {
    /// Identifies what a cursor belongs to: everything but the position.
    pub(super) fn question(&self) -> u64 {
        let digest = digest(&(&self.filter, self.sort_by, self.order));
        u64::from_be_bytes(digest[..8].try_into().expect("a digest has more than eight bytes"))
    }

    /// Without a text nothing is more relevant than the rating.
    pub(super) fn sort_by(&self) -> SortBy {
        if self.sort_by == SortBy::Relevance && self.filter.text.is_none() {
            SortBy::Rating
        } else {
            self.sort_by
        }
    }

    /// A cursor comes back from the client, who may have changed it: only one that this question can have is taken.
    pub(super) fn check_cursor(&self) -> Result<(), Error> {
        let Slice::After(cursor) = &self.slice else { return Ok(()) };
        let sorts_by_text = self.sort_by() == SortBy::MovieName;
        let has_fitting_key = sorts_by_text == matches!(cursor.key, SortKey::Text(_));
        if cursor.question == self.question() && has_fitting_key { Ok(()) } else { Err(Error::ForeignCursor) }
    }

    pub(super) fn offset(&self) -> u64 {
        match self.slice {
            Slice::Page(page) => u64::from(page.saturating_sub(1)) * u64::from(self.limit),
            Slice::After(_) => 0,
        }
    }
}
