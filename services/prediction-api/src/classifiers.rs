use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use filmlens_artifacts::{Artifact, Live, Loaded, Refused};
use filmlens_inference::{Classifier, Content, Engine, EngineSettings, ModelError};

use crate::checks;
use crate::error::Error;
use crate::settings::ModelSettings;

/// The kind of artifact that is served.
pub const KIND: &str = "sensitivity-classifier";

type Failure = Box<dyn StdError + Send + Sync>;

/// Makes a classifier of what was read, on the thread where it then stays; again after a panic.
pub type Build = Box<dyn FnMut() -> Result<Box<dyn Classifier>, ModelError> + Send>;

type Load = Box<dyn Fn(&Artifact) -> Result<Build, Failure> + Send>;

/// Reads a model. Which one that is, is decided by the program: the library knows only the trait.
pub struct Loader(Load);

impl Loader {
    pub fn new(load: impl Fn(&Artifact) -> Result<Build, Failure> + Send + 'static) -> Self {
        Self(Box::new(load))
    }
}

impl fmt::Debug for Loader {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Loader")
    }
}

/// The place of the classifier, which follows a folder. A new one is warm and checked before it is asked by anybody; the
/// former answers what it had accepted.
pub(crate) struct Classifiers(Live<Engine<Content>>);

impl Classifiers {
    pub(crate) fn follow(settings: &ModelSettings, engine: EngineSettings, loader: Loader) -> Self {
        let load = move |artifact: &Artifact| start(artifact, engine, &loader);
        Self(Live::follow(&settings.folder, settings.look_every, load))
    }

    /// The classifier of now. While a request holds it, it is not closed.
    pub(crate) fn current(&self) -> Result<Arc<Loaded<Engine<Content>>>, Error> {
        self.0.current().ok_or(Error::ModelNotLoaded)
    }

    /// What lies in the folder and could not be loaded.
    pub(crate) fn refused(&self) -> Option<Arc<Refused>> {
        self.0.refused()
    }
}

fn start(artifact: &Artifact, settings: EngineSettings, loader: &Loader) -> Result<Engine<Content>, Failure> {
    artifact.expect_kind(KIND)?;
    let build = (loader.0)(artifact)?;
    let engine = Engine::spawn("sensitivity", &artifact.manifest().version, settings, build)?;
    let handle = engine.handle();
    handle.ready_blocking()?;
    checks::pass(&handle)?;
    Ok(engine)
}
