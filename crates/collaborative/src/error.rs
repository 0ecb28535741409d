use filmlens_artifacts as artifacts;
use safetensors::SafeTensorError;

/// Why a model cannot be trained, stored or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("the training was interrupted")]
    Interrupted,
    #[error("there are no ratings to learn from")]
    NoRatings,
    #[error("{setting} cannot be {value}: it must be {allowed}")]
    Setting { setting: &'static str, value: String, allowed: &'static str },
    #[error("the training left all bounds in epoch {epoch}: lower the learning rate")]
    Diverged { epoch: usize },
    #[error("{model} is for {items} items, and the vocabulary has {vocabulary}")]
    ItemCount { model: &'static str, items: u32, vocabulary: u32 },
    #[error("the film with the id {id} is not in the vocabulary, or not in its order")]
    StrayFilm { id: i64 },
    #[error("films.json is not a list of films")]
    Films {
        #[source]
        source: serde_json::Error,
    },
    #[error("{file} is not a file of tensors")]
    NotTensors {
        file: String,
        #[source]
        source: SafeTensorError,
    },
    #[error("{file} cannot be written")]
    WriteTensors {
        file: String,
        #[source]
        source: SafeTensorError,
    },
    #[error("{file}: {tensor} {problem}")]
    Tensor { file: String, tensor: String, problem: String },
    #[error("what the manifest says of {model} is not what this program writes of it")]
    Head {
        model: &'static str,
        #[source]
        source: serde_json::Error,
    },
    #[error("the manifest lists no popularity model; publish the models anew")]
    NoPopularity,
    #[error(
        "the manifest lists the model {model}, which this program does not know; use the one that wrote it"
    )]
    UnknownModel { model: String },
    #[error(transparent)]
    Vocabulary(#[from] filmlens_datasets::Error),
    #[error(transparent)]
    Artifact(#[from] artifacts::Error),
    #[error(transparent)]
    Picture(#[from] filmlens_charts::Error),
}
