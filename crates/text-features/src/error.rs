/// Why features cannot be learned or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("{setting} cannot be {value}: it must be {allowed}")]
    Setting { setting: &'static str, value: String, allowed: &'static str },
    #[error("there are no films to learn words from")]
    NoFilms,
    #[error("line {line} of the vocabulary {problem}")]
    Text { line: usize, problem: &'static str },
    #[error("the settings in the vocabulary are not those of this program")]
    StoredSettings(#[source] serde_json::Error),
}
