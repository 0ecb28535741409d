use std::sync::Arc;

use filmlens_domain::FilmFilter;
use moka::future::Cache;
use serde::Serialize;

use crate::films::facets::{Facets, FilterOptions};
use crate::films::filter_sql::TextMatch;
use crate::films::query::{FilmQuery, digest};
use crate::films::search::Found;

/// Answers that stay right until the catalogue changes. The revision is part of each key, so that an answer that
/// was on its way while the catalogue changed is never taken for a new one.
pub(crate) struct Remembered {
    totals: Cache<Key, (u64, TextMatch)>,
    pages: Cache<Key, Arc<Found>>,
    facets: Cache<Key, Arc<Facets>>,
    options: Cache<u64, Arc<FilterOptions>>,
}

type Key = (u64, [u8; 32]);

fn key(revision: u64, asked: &impl Serialize) -> Key {
    (revision, digest(asked))
}

impl Remembered {
    pub(crate) fn new(entries: u64) -> Self {
        Self {
            totals: Cache::new(entries),
            pages: Cache::new(entries),
            facets: Cache::new(entries / 10),
            options: Cache::new(entries.min(1)),
        }
    }

    /// What is no longer right would only take room from what is.
    pub(crate) fn forget(&self) {
        self.totals.invalidate_all();
        self.pages.invalidate_all();
        self.facets.invalidate_all();
        self.options.invalidate_all();
    }

    pub(super) async fn total(&self, revision: u64, filter: &FilmFilter) -> Option<(u64, TextMatch)> {
        self.totals.get(&key(revision, filter)).await
    }

    pub(super) async fn keep_total(&self, revision: u64, filter: &FilmFilter, total: (u64, TextMatch)) {
        self.totals.insert(key(revision, filter), total).await;
    }

    pub(super) async fn page(&self, revision: u64, query: &FilmQuery) -> Option<Arc<Found>> {
        self.pages.get(&key(revision, query)).await
    }

    pub(super) async fn keep_page(&self, revision: u64, query: &FilmQuery, found: Arc<Found>) {
        self.pages.insert(key(revision, query), found).await;
    }

    pub(super) async fn facets(&self, revision: u64, filter: &FilmFilter) -> Option<Arc<Facets>> {
        self.facets.get(&key(revision, filter)).await
    }

    pub(super) async fn keep_facets(&self, revision: u64, filter: &FilmFilter, facets: Arc<Facets>) {
        self.facets.insert(key(revision, filter), facets).await;
    }

    pub(super) async fn options(&self, revision: u64) -> Option<Arc<FilterOptions>> {
        self.options.get(&revision).await
    }

    pub(super) async fn keep_options(&self, revision: u64, options: Arc<FilterOptions>) {
        self.options.insert(revision, options).await;
    }
}
