use std::path::Path;

use filmlens_domain::Film;

use super::{Ratings, read};
use crate::csv_table::file_name;
use crate::movielens::{self, ratings_file};
use crate::sequences::{FileHash, Vocabulary, fingerprint};
use crate::{Error, Rejection};

/// Ratings as a MovieLens folder held them.
#[derive(Debug, Clone)]
pub struct RatingsData {
    /// The name of the folder.
    pub name: String,
    pub ratings: Ratings,
    /// The id of each user, in ascending order.
    pub user_ids: Vec<i64>,
    pub vocabulary: Vocabulary,
    /// What the folder says about each item number; nothing of number 0.
    pub films: Vec<Option<Film>>,
    /// Ratings that a newer one of the same user and film took the place of.
    pub repeated: u64,
    /// Rows about films that could not be read.
    pub rejections: Vec<Rejection>,
    /// The SHA-256, as hex, of what `sha256sum` prints about the files read, in the order of `files`.
    pub fingerprint: String,
    pub files: Vec<FileHash>,
}

impl RatingsData {
    /// Reads `ratings.csv` or `ratings.dat` of MovieLens, and what else the folder says about the films. A bad line of
    /// ratings refuses the whole file.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let path = ratings_file(folder).ok_or_else(|| Error::NoRatings { folder: folder.to_owned() })?;
        let read = read::read(&path)?;
        let mut files = vec![read.file];
        let mut films = vec![None; read.vocabulary.item_count() as usize + 1];
        let mut rejections = Vec::new();
        if movielens::FILES[..2].iter().any(|name| folder.join(name).is_file()) {
            let parsed = movielens::load(folder)?;
            for film in parsed.films {
                let id = film.ids.movielens().map(|id| i64::from(id.get()));
                if let Some(item) = id.and_then(|id| read.vocabulary.find_item(id)) {
                    films[item as usize] = Some(film);
                }
            }
            rejections = parsed.rejections;
            for name in movielens::FILES.into_iter().filter(|name| folder.join(name).is_file()) {
                files.push(FileHash::read(folder, name)?.0);
            }
        }
        let whole = folder.canonicalize();
        Ok(Self {
            name: file_name(whole.as_deref().unwrap_or(folder)),
            ratings: read.ratings,
            user_ids: read.user_ids,
            vocabulary: read.vocabulary,
            films,
            repeated: read.repeated,
            rejections,
            fingerprint: fingerprint(&files),
            files,
        })
    }
}
