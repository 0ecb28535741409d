use std::any::Any;
use std::collections::BTreeSet;
use std::error::Error as StdError;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, SystemTime};
use std::{fs, io};

use arc_swap::ArcSwapOption;

use crate::{Artifact, Error, MANIFEST, Manifest};

/// A model in memory that follows its folder: what is published there is loaded and checked on a thread of its own and
/// then takes the place of the former, which whoever uses it keeps to the end. What cannot be loaded is refused, and
/// the former model goes on.
///
/// Dropping it stops the thread, once a model that is being loaded is.
#[derive(Debug)]
pub struct Live<T> {
    shared: Arc<Shared<T>>,
    stop: Option<Sender<()>>,
    watcher: Option<JoinHandle<()>>,
}

/// A model and what its manifest says of it.
#[derive(Debug)]
pub struct Loaded<T> {
    pub manifest: Manifest,
    pub model: T,
}

/// What lies in the folder and is not used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// As far as the manifest can be read.
    pub version: Option<String>,
    /// With every cause, for the log: it names files.
    pub reason: String,
}

#[derive(Debug)]
struct Shared<T> {
    loaded: ArcSwapOption<Loaded<T>>,
    refused: ArcSwapOption<Refused>,
}

type Failure = Box<dyn StdError + Send + Sync>;

impl<T: Send + Sync + 'static> Live<T> {
    /// Looks at the folder now and then again after each `pause`; it need not be there yet.
    pub fn follow<E: Into<Failure>>(
        folder: impl Into<PathBuf>,
        pause: Duration,
        load: impl Fn(&Artifact) -> Result<T, E> + Send + 'static,
    ) -> Self {
        let shared = Arc::new(Shared { loaded: ArcSwapOption::empty(), refused: ArcSwapOption::empty() });
        let (stop, stopped) = channel();
        let mut watcher = Watcher { folder: folder.into(), load, shared: shared.clone(), seen: None };
        let watcher = thread::spawn(move || {
            loop {
                watcher.look();
                if stopped.recv_timeout(pause) != Err(RecvTimeoutError::Timeout) {
                    return;
                }
            }
        });
        Self { shared, stop: Some(stop), watcher: Some(watcher) }
    }

    /// The model that is in use now; `None` until one could be loaded.
    pub fn current(&self) -> Option<Arc<Loaded<T>>> {
        self.shared.loaded.load_full()
    }

    /// What was found in the folder last, if that could not be loaded.
    pub fn refused(&self) -> Option<Arc<Refused>> {
        self.shared.refused.load_full()
    }
}

impl<T> Drop for Live<T> {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(watcher) = self.watcher.take() {
            let _ = watcher.join();
        }
    }
}

struct Watcher<T, L> {
    folder: PathBuf,
    load: L,
    shared: Arc<Shared<T>>,
    seen: Option<Sight>,
}

/// Name, size and time of change of each file: a publication changes one of them, and so does a copy that goes on.
type Sight = BTreeSet<(PathBuf, u64, Option<SystemTime>)>;

impl<T, E: Into<Failure>, L: Fn(&Artifact) -> Result<T, E>> Watcher<T, L> {
    fn look(&mut self) {
        let sight = sight_of(&self.folder);
        if self.seen.as_ref() == Some(&sight) {
            return;
        }
        match self.open() {
            Ok(new) => {
                if let Some(new) = new {
                    let (name, version) = (&new.manifest.name, &new.manifest.version);
                    tracing::info!(model.name = name, model.version = version, "a model was loaded");
                    self.shared.loaded.store(Some(Arc::new(new)));
                }
                self.shared.refused.store(None);
            }
            Err(failure) => {
                self.refuse(&*failure);
                // What hindered the reading may go away without a change of the folder.
                let is_replaced = matches!(failure.downcast_ref(), Some(Error::AlwaysReplaced { .. }));
                if is_replaced || is_of_reading(&*failure) {
                    self.seen = None;
                    return;
                }
            }
        }
        self.seen = Some(sight);
    }

    /// The model in the folder, unless it is the one in use.
    fn open(&self) -> Result<Option<Loaded<T>>, Failure> {
        let artifact = Artifact::open(&self.folder)?;
        let manifest = artifact.manifest().clone();
        if self.version_in_use().as_deref() == Some(&manifest.version) {
            return Ok(None);
        }
        let model = catch_unwind(AssertUnwindSafe(|| (self.load)(&artifact).map_err(Into::<Failure>::into)))
            .map_err(|panic| format!("the program failed to load it: {}", message(&*panic)))??;
        Ok(Some(Loaded { manifest, model }))
    }

    fn version_in_use(&self) -> Option<String> {
        self.shared.loaded.load().as_ref().map(|loaded| loaded.manifest.version.clone())
    }

    fn refuse(&self, failure: &(dyn StdError + Send + Sync + 'static)) {
        let refused = Refused { version: version_in(&self.folder), reason: chain(failure) };
        // The same reason again and again would fill the log.
        if self.shared.refused.load().as_deref() == Some(&refused) {
            return;
        }
        let folder = self.folder.display();
        let version_in_use = self.version_in_use();
        if matches!(failure.downcast_ref(), Some(Error::NoManifest { .. })) {
            tracing::warn!(%folder, version_in_use, "there is no model");
        } else {
            tracing::error!(%folder, version_in_use, error = refused.reason, "a model cannot be loaded");
        }
        self.shared.refused.store(Some(Arc::new(refused)));
    }
}

fn sight_of(folder: &Path) -> Sight {
    let Ok(entries) = fs::read_dir(folder) else { return Sight::new() };
    let files = entries.flatten().filter_map(|entry| {
        let facts = fs::metadata(entry.path()).ok()?;
        Some((entry.path(), facts.len(), facts.modified().ok()))
    });
    files.collect()
}

fn version_in(folder: &Path) -> Option<String> {
    let text = fs::read(folder.join(MANIFEST)).ok()?;
    Some(serde_json::from_slice::<Manifest>(&text).ok()?.version)
}

/// Whether the file system is at the bottom of it, whatever it is wrapped in.
fn is_of_reading(failure: &(dyn StdError + 'static)) -> bool {
    let mut cause = Some(failure);
    while let Some(error) = cause {
        if error.is::<io::Error>() {
            return true;
        }
        cause = error.source();
    }
    false
}

fn chain(failure: &dyn StdError) -> String {
    let mut text = failure.to_string();
    let mut source = failure.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}
