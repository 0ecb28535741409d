use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{field} {reason}")]
    Config { field: &'static str, reason: String },
    #[error("the recipe cannot be used")]
    Recipe { source: toml::de::Error },
    #[error("the weights are not a whole safetensors file")]
    NotSafetensors { source: safetensors::SafeTensorError },
    #[error("the tensor {name} cannot be read")]
    UnreadableTensor { name: String, source: tch::TchError },
    #[error("cannot write the weights to {}", path.display())]
    WriteWeights { path: PathBuf, source: tch::TchError },
    #[error("the tensor {name} of shape {shape:?} is missing")]
    MissingTensor { name: String, shape: Vec<i64> },
    #[error("the tensor {name} is missing")]
    NoTensor { name: String },
    #[error("the tensor {name} has the shape {found:?}, and should be a matrix")]
    NotAMatrix { name: String, found: Vec<i64> },
    #[error("there is a tensor {name} of shape {shape:?} that this architecture has no place for")]
    UnknownTensor { name: String, shape: Vec<i64> },
    #[error("the tensor {name} has the shape {found:?}, and should have {expected:?}")]
    Shape { name: String, expected: Vec<i64>, found: Vec<i64> },
    #[error("the tensor {name} holds numbers that are infinite or not numbers")]
    NotFinite { name: String },
    #[error("the vocabulary has {vocabulary} items, and the model {model}")]
    VocabularySize { vocabulary: u32, model: u32 },
    #[error("nobody has two items to train on")]
    NothingToTrain,
    #[error("there is nobody to validate on; take a longer history, or more users")]
    NothingToValidate,
    #[error("the loss became {loss} at step {step}; try a lower learning rate")]
    Diverged { step: u64, loss: f64 },
    #[error("cannot write the checkpoint {}", path.display())]
    WriteCheckpoint { path: PathBuf, source: std::io::Error },
    #[error("cannot read the checkpoint {}", path.display())]
    ReadCheckpoint { path: PathBuf, source: std::io::Error },
    #[error("the checkpoint {} is damaged; remove it to start over", path.display())]
    DamagedCheckpoint { path: PathBuf, source: Box<dyn std::error::Error + Send + Sync> },
    #[error(
        "the checkpoint {} is of a training with another recipe or other data; remove it to start over",
        path.display()
    )]
    OtherCheckpoint { path: PathBuf },
    #[error("cannot start the threads that compute")]
    Workers { source: rayon::ThreadPoolBuildError },
    #[error(transparent)]
    Artifact(#[from] filmlens_artifacts::Error),
    #[error(transparent)]
    Data(#[from] filmlens_datasets::Error),
}
