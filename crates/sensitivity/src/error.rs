use filmlens_artifacts as artifacts;
use filmlens_text_features as text_features;

/// Why a classifier cannot be trained, stored or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("the training was interrupted")]
    Interrupted,
    #[error("{setting} cannot be {value}: it must be {allowed}")]
    Setting { setting: &'static str, value: String, allowed: &'static str },
    #[error(
        "nothing says which films have {what}: neither people nor keywords do; give more films, or some with keywords"
    )]
    NoLabels { what: String },
    #[error("{folds} folds are too many for {films} judged films; ask for fewer")]
    TooFewFilms { folds: usize, films: usize },
    #[error("the rules for labels are not the TOML that they should be")]
    Rules(#[source] Box<toml::de::Error>),
    #[error("LightGBM cannot train on these films")]
    LightGbm(#[source] lightgbm3::Error),
    #[error("{file} {problem}; publish the model anew")]
    Stored { file: String, problem: String },
    #[error("model.json is not what this program writes; publish the model anew")]
    Head(#[source] serde_json::Error),
    #[error(transparent)]
    Features(#[from] text_features::Error),
    #[error(transparent)]
    Artifact(#[from] artifacts::Error),
}
