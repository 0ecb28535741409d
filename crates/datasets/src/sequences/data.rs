use std::path::Path;

use super::files::{FileHash, fingerprint};
use super::{
    Interactions, ItemFacts, Split, VALIDATION_SEED, Vocabulary, draw_validation_users, leave_one_out,
};
use super::{plain, prepared, ratings};
use crate::csv_table::file_name;
use crate::movielens::{load_titles, ratings_file};
use crate::{Error, Rejection};

/// Histories as a folder held them.
#[derive(Debug, Clone)]
pub struct SequenceData {
    /// The name of the folder.
    pub name: String,
    pub interactions: Interactions,
    pub vocabulary: Vocabulary,
    /// Genres and years, where the folder names its films.
    pub facts: Option<ItemFacts>,
    /// The users to validate on, numbered from 0, where the folder names them.
    pub validation_users: Option<Vec<u32>>,
    /// The split that the folder was prepared with, where it holds one.
    pub split: Option<Split>,
    /// Users whom the documented preparation leaves out, for having fewer than five interactions.
    pub users_left_out: usize,
    /// Rows about films that could not be read; their items have no facts.
    pub rejections: Vec<Rejection>,
    /// The SHA-256, as hex, of what `sha256sum` prints about the files read, in the order of `files`.
    pub fingerprint: String,
    pub files: Vec<FileHash>,
}

impl SequenceData {
    /// Reads a folder that holds one of
    /// - `sequences.txt`, a line of item numbers for each user, with or without `validation_users.txt` and
    ///   `dataset_stats.json`,
    /// - `ratings.csv` or `ratings.dat` of MovieLens, with or without `movies.csv` or `movies.dat`,
    /// - `train/input.txt` and `input.txt` and `output.txt` in each of `val` and `test`, with or without
    ///   `dataset_stats.json`.
    ///
    /// Histories and ratings whose last line has no line break are refused: a number that was cut off would pass for
    /// another. So is an item number far beyond the number of different items, unless `dataset_stats.json` says that
    /// there are so many.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        if folder.join(plain::SEQUENCES).is_file() {
            return Self::from_plain(folder);
        }
        if let Some(path) = ratings_file(folder) {
            return Self::from_ratings(folder, &path);
        }
        if prepared::is_there(folder) {
            return Self::from_prepared(folder);
        }
        Err(Error::NoSequences { folder: folder.to_owned() })
    }

    fn from_plain(folder: &Path) -> Result<Self, Error> {
        let plain = plain::read(folder)?;
        let vocabulary = Vocabulary::identity(plain.interactions.item_count());
        let data = Self::new(folder, plain.interactions, vocabulary, plain.files);
        Ok(Self { validation_users: plain.validation_users, ..data })
    }

    fn from_prepared(folder: &Path) -> Result<Self, Error> {
        let prepared = prepared::read(folder)?;
        let vocabulary = Vocabulary::identity(prepared.interactions.item_count());
        let validation_users = prepared.split.validation.iter().map(|case| case.user).collect();
        let data = Self::new(folder, prepared.interactions, vocabulary, prepared.files);
        Ok(Self { validation_users: Some(validation_users), split: Some(prepared.split), ..data })
    }

    fn from_ratings(folder: &Path, path: &Path) -> Result<Self, Error> {
        let ratings = ratings::read(path)?;
        let mut files = vec![ratings.file];
        let mut facts = None;
        let mut rejections = Vec::new();
        if let Some(name) = ["movies.csv", "movies.dat"].into_iter().find(|name| folder.join(name).is_file())
        {
            let films = load_titles(&folder.join(name))?;
            files.push(FileHash::read(folder, name)?.0);
            facts = Some(ItemFacts::new(&ratings.vocabulary, &films.films));
            rejections = films.rejections;
        }
        let data = Self::new(folder, ratings.interactions, ratings.vocabulary, files);
        Ok(Self { facts, rejections, users_left_out: ratings.users_left_out, ..data })
    }

    fn new(folder: &Path, interactions: Interactions, vocabulary: Vocabulary, files: Vec<FileHash>) -> Self {
        let whole = folder.canonicalize();
        Self {
            name: file_name(whole.as_deref().unwrap_or(folder)),
            interactions,
            vocabulary,
            facts: None,
            validation_users: None,
            split: None,
            users_left_out: 0,
            rejections: Vec::new(),
            fingerprint: fingerprint(&files),
            files,
        }
    }

    /// The folder's own split, or [`leave_one_out`] with its validation users, or with users drawn.
    pub fn leave_one_out(&self) -> Result<Split, Error> {
        if let Some(split) = &self.split {
            return Ok(split.clone());
        }
        match &self.validation_users {
            Some(users) => leave_one_out(&self.interactions, users),
            None => {
                let users = draw_validation_users(&self.interactions, VALIDATION_SEED);
                leave_one_out(&self.interactions, &users)
            }
        }
    }
}
