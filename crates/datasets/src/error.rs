use std::io;
use std::path::PathBuf;

use crate::sequences::{Interactions, Problems};

/// Why a file was refused as a whole. Single rows are refused as [`Rejection`](crate::Rejection)s instead.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("{} cannot be read", path.display())]
    Read {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("{file} is empty")]
    Empty { file: String },
    #[error("{file} has no column {column}; its first line is {header:?}")]
    MissingColumn { file: String, column: &'static str, header: String },
    #[error("{file} is not UTF-8 text: line {line}, byte {offset} of the file")]
    NotUtf8 { file: String, line: u64, offset: usize },
    #[error("{file} is cut off: the quotes that open on line {line} never close")]
    UnterminatedQuote { file: String, line: u64 },
    #[error("{file} is cut off in the middle of its last line, {line}")]
    CutOff { file: String, line: u64 },
    #[error("{file} is not CSV")]
    Csv {
        file: String,
        #[source]
        source: csv::Error,
    },
    #[error("{} holds no movies.csv or movies.dat; name the folder that a MovieLens archive unpacks to", folder.display())]
    NoMovies { folder: PathBuf },
    #[error(
        "{} holds no histories: looked for sequences.txt, for a MovieLens ratings.csv or ratings.dat, and for \
         train/input.txt, val and test with input.txt and output.txt",
        folder.display()
    )]
    NoSequences { folder: PathBuf },
    #[error("{} holds no ratings.csv or ratings.dat; name the folder that a MovieLens archive unpacks to", folder.display())]
    NoRatings { folder: PathBuf },
    #[error("{0}")]
    BadSequences(Problems),
    #[error("{file} is not JSON with the numbers num_users, num_items and num_interactions")]
    Statistics {
        file: String,
        #[source]
        source: serde_json::Error,
    },
    #[error("{file} says that there are {stated} {what}, but {found} were found")]
    Contradiction { file: String, what: &'static str, stated: u64, found: u64 },
    #[error("{file} leaves nobody: all of its users have fewer than {at_least} interactions")]
    NobodyLeft { file: String, at_least: usize },
    #[error(
        "history {user} has the item {item} at place {position}: items are numbered from 1 to {max}",
        max = Interactions::MAX_ITEMS
    )]
    ItemOutOfRange { user: usize, position: usize, item: u32 },
    #[error(
        "there cannot be {given} items: the histories go up to {needed}, and {max} are the most",
        max = Interactions::MAX_ITEMS
    )]
    ItemCount { given: u32, needed: u32 },
    #[error("{given} {what} do not fit {needed} {of}")]
    LengthMismatch { what: &'static str, given: usize, of: &'static str, needed: usize },
    #[error("the times of history {user} go backwards")]
    TimeGoesBack { user: usize },
    #[error("user {user} does not exist: there are {users}, numbered from 0")]
    NoSuchUser { user: u32, users: usize },
    #[error("these histories have no times; split them by leaving one out")]
    NoTimes,
    #[error(
        "the histories cannot be split at {validation} and {test} of the interactions: the shares must lie \
         between 0 and 1, the first below the second, with interactions before, between and after the two times"
    )]
    TimeShares { validation: f64, test: f64 },
    #[error("item {item} has the id {id}: ids are positive numbers")]
    InvalidId { item: usize, id: i64 },
    #[error("items {first} and {second} have the same id, {id}")]
    RepeatedId { first: u32, second: u32, id: i64 },
    #[error("line {line} of the vocabulary {reason}")]
    VocabularyText { line: usize, reason: String },
}
