use std::path::Path;

use serde::Deserialize;

use super::Interactions;
use super::files::FileHash;
use crate::Error;

const STATISTICS: &str = "dataset_stats.json";

/// `dataset_stats.json`, which may stand beside histories to say how many there should be.
#[derive(Deserialize)]
pub(super) struct Statistics {
    num_users: u64,
    num_items: u64,
    num_interactions: u64,
}

impl Statistics {
    /// Adds the file, where there is one, to `files`.
    pub(super) fn find(folder: &Path, files: &mut Vec<FileHash>) -> Result<Option<Self>, Error> {
        if !folder.join(STATISTICS).is_file() {
            return Ok(None);
        }
        let (hash, bytes) = FileHash::read(folder, STATISTICS)?;
        files.push(hash);
        let statistics = serde_json::from_slice(&bytes);
        statistics.map(Some).map_err(|source| Error::Statistics { file: STATISTICS.to_owned(), source })
    }

    /// There may be more items than anybody watched, but nothing else may differ.
    pub(super) fn check(&self, interactions: Interactions) -> Result<Interactions, Error> {
        let found = [
            ("users", self.num_users, interactions.user_count() as u64),
            ("interactions", self.num_interactions, interactions.len() as u64),
        ];
        let contradiction =
            |what, stated, found| Error::Contradiction { file: STATISTICS.to_owned(), what, stated, found };
        for (what, stated, found) in found {
            if stated != found {
                return Err(contradiction(what, stated, found));
            }
        }
        let largest = interactions.item_count();
        let item_count = u32::try_from(self.num_items).ok().filter(|items| *items >= largest);
        match item_count {
            Some(item_count) => interactions.with_item_count(item_count),
            None => Err(contradiction("items", self.num_items, largest.into())),
        }
    }
}
