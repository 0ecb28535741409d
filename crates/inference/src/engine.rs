use std::fmt;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use crate::queue::{Queue, Refused, Watched};
use crate::sequence::Sequence;
use crate::task::{Answer, Received, Task};
use crate::{EngineSettings, Error, Kind, Model, ModelError, Stats, owner};

/// A model on its own thread. Dropping the engine closes it, and its thread ends once all accepted is answered.
#[derive(Debug)]
pub struct Engine<K: Kind = Sequence> {
    handle: EngineHandle<K>,
    thread: Option<JoinHandle<()>>,
}

/// Asks an engine; clones are cheap and ask the same one.
pub struct EngineHandle<K: Kind = Sequence> {
    queue: Arc<Queue<K>>,
    cost: fn(&K::Shape, &K::Query) -> u64,
}

impl<K: Kind> Engine<K> {
    /// Starts a thread that builds the model, warms it up, and then is ready; see [`EngineHandle::ready`].
    ///
    /// Should the model panic later on, it is built again in the same way, and what waits is answered afterwards. So
    /// `build` must always give the model of `version`. Where it fails, or gives a model of another shape, the
    /// engine has failed for good and answers every request with the reason; a [`ModelSlot`](crate::ModelSlot) can
    /// then put another in its place.
    pub fn spawn<M, B>(name: &str, version: &str, settings: EngineSettings, build: B) -> Result<Self, Error>
    where
        M: Model<K>,
        B: FnMut() -> Result<M, ModelError> + Send + 'static,
    {
        settings.check()?;
        let queue = Arc::new(Queue::new(name.into(), version.into(), settings));
        let owners = queue.clone();
        let thread = thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || owner::run(&owners, &settings, build))
            .map_err(|source| Error::Thread { engine: name.into(), source: Arc::new(source) })?;
        Ok(Self { handle: EngineHandle { queue, cost: M::cost }, thread: Some(thread) })
    }

    pub fn handle(&self) -> EngineHandle<K> {
        self.handle.clone()
    }

    /// Accepts nothing from now on; what was accepted is still answered.
    pub fn close(&self) {
        self.handle.queue.close();
    }

    /// Closes the engine and waits until its thread has ended. It blocks: not for asynchronous code.
    pub fn shutdown(mut self) {
        self.close();
        if let Some(thread) = self.thread.take() {
            // The owner thread catches every panic.
            let _ = thread.join();
        }
    }
}

impl<K: Kind> Drop for Engine<K> {
    fn drop(&mut self) {
        self.close();
    }
}

impl<K: Kind> EngineHandle<K> {
    pub fn name(&self) -> &str {
        &self.queue.engine
    }

    pub fn version(&self) -> &str {
        &self.queue.version
    }

    /// What the model is like, once it was built.
    pub fn shape(&self) -> Result<K::Shape, Error> {
        self.queue.shape()
    }

    /// Whether a request would be computed now.
    pub fn is_ready(&self) -> bool {
        self.queue.is_ready()
    }

    /// Waits until the model is built and warm, or cannot be.
    pub async fn ready(&self) -> Result<(), Error> {
        loop {
            match self.queue.watch_status() {
                Watched::Settled(result) => return result,
                // An error means that the status was settled just before.
                Watched::Starting(changed) => drop(changed.await),
            }
        }
    }

    /// [`ready`](Self::ready) for threads; it panics in asynchronous code.
    pub fn ready_blocking(&self) -> Result<(), Error> {
        loop {
            match self.queue.watch_status() {
                Watched::Settled(result) => return result,
                Watched::Starting(changed) => drop(changed.blocking_recv()),
            }
        }
    }

    /// Whether a request would be taken now; the error is the one that it would get.
    pub fn check_room(&self) -> Result<(), Error> {
        self.queue.check_room()
    }

    /// Asks the model. Dropping the future withdraws the request: it is not computed if it still waits.
    pub async fn ask(&self, query: K::Query) -> Result<Answer<K::Answer>, Error> {
        let (task, receipt) = Task::new(query);
        self.submit(task)?;
        self.answer_of(receipt.await)
    }

    /// [`ask`](Self::ask) for threads; it panics in asynchronous code.
    pub fn ask_blocking(&self, query: K::Query) -> Result<Answer<K::Answer>, Error> {
        let (task, receipt) = Task::new(query);
        self.submit(task)?;
        self.answer_of(receipt.blocking_recv())
    }

    pub fn stats(&self) -> Stats {
        self.queue.stats()
    }

    pub(crate) fn submit(&self, mut task: Task<K>) -> Result<(), Refused<K>> {
        let shape = match self.shape_that_fits(&mut task) {
            Ok(shape) => shape,
            Err(error) => return Err(Refused { error, task }),
        };
        let work = (self.cost)(&shape, &task.query).max(1);
        self.queue.offer(task, work)
    }

    pub(crate) fn answer_of<T>(&self, received: Received<T>) -> Result<Answer<T>, Error> {
        received.unwrap_or_else(|_| Err(Error::Closed { engine: self.queue.engine.clone() }))
    }

    pub(crate) fn is_same_as(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.queue, &other.queue)
    }

    fn shape_that_fits(&self, task: &mut Task<K>) -> Result<K::Shape, Error> {
        let shape = self.queue.shape()?;
        K::admit(&shape, &mut task.query)?;
        Ok(shape)
    }
}

impl<K: Kind> Clone for EngineHandle<K> {
    fn clone(&self) -> Self {
        Self { queue: self.queue.clone(), cost: self.cost }
    }
}

impl<K: Kind> fmt::Debug for EngineHandle<K> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("EngineHandle")
            .field("name", &self.name())
            .field("version", &self.version())
            .finish()
    }
}
