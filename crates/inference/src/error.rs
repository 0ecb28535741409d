use std::io;
use std::sync::Arc;
use std::time::Duration;

/// Why a request got no answer, or an engine could not be started.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("the history is empty; name at least one item")]
    EmptyHistory,
    #[error(
        "{item}, at position {position} of the history, is no item of the model: they are 1 to {item_count}"
    )]
    UnknownItem { item: u32, position: usize, item_count: u32 },
    #[error("no items are wanted: k is 0")]
    NothingWanted,
    #[error("{engine} has as many requests as it can take; try again in {retry_after:?}")]
    Saturated { engine: Arc<str>, retry_after: Duration },
    #[error("{engine} is still starting")]
    Starting { engine: Arc<str> },
    #[error("{engine} is shut down")]
    Closed { engine: Arc<str> },
    #[error("{engine} could not build its model")]
    Build {
        engine: Arc<str>,
        #[source]
        source: Arc<dyn std::error::Error + Send + Sync>,
    },
    #[error("{engine} failed")]
    Model {
        engine: Arc<str>,
        #[source]
        source: Arc<dyn std::error::Error + Send + Sync>,
    },
    #[error("{engine} panicked: {message}")]
    Panicked { engine: Arc<str>, message: String },
    #[error("{engine} has no thread to run on")]
    Thread {
        engine: Arc<str>,
        #[source]
        source: Arc<io::Error>,
    },
    #[error("{setting} of an engine must be at least 1")]
    ZeroSetting { setting: &'static str },
}
