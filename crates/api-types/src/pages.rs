use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Movie;

/// A numbered page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    #[schema(minimum = 1)]
    pub page: u32,
    #[schema(minimum = 1, maximum = 100)]
    pub limit: u32,
    pub total_items: u64,
    /// 0 when there is nothing.
    pub total_pages: u64,
    pub items: Vec<T>,
}

impl<T> Page<T> {
    pub fn new(page: u32, limit: u32, total_items: u64, items: Vec<T>) -> Self {
        Self { page, limit, total_items, total_pages: total_items.div_ceil(u64::from(limit)), items }
    }
}

/// A page of a search.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MoviePage {
    #[serde(flatten)]
    pub page: Page<Movie>,
    /// Give it as `cursor` for the films behind these, without repeats whatever is added meanwhile. Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// No film holds the text as it was typed; these have titles like it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub approximate: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_counted_up_and_none_when_empty() {
        let pages = |total| Page::<u8>::new(1, 20, total, Vec::new()).total_pages;
        assert_eq!([pages(0), pages(1), pages(20), pages(21)], [0, 1, 1, 2]);
    }
}
