use std::io;
use std::path::PathBuf;

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
}
