use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;

use crate::sequence::Sequence;
use crate::task::{Answer, Task};
use crate::{Engine, EngineHandle, Error, Kind};

/// The place of the engine that serves, in which it can be replaced while it is asked.
#[derive(Debug)]
pub struct ModelSlot<K: Kind = Sequence> {
    serving: ArcSwap<EngineHandle<K>>,
    engine: Mutex<Engine<K>>,
}

impl<K: Kind> ModelSlot<K> {
    pub fn new(engine: Engine<K>) -> Self {
        Self { serving: ArcSwap::from_pointee(engine.handle()), engine: Mutex::new(engine) }
    }

    /// The engine that serves at the moment. One that was replaced refuses new requests, so ask through the slot.
    pub fn current(&self) -> Arc<EngineHandle<K>> {
        self.serving.load_full()
    }

    /// [`EngineHandle::ask`] of the engine that serves.
    pub async fn ask(&self, query: K::Query) -> Result<Answer<K::Answer>, Error> {
        let (task, receipt) = Task::new(query);
        let asked = self.submit(task)?;
        asked.answer_of(receipt.await)
    }

    /// Waits until the new engine is ready, and has it serve from then on. If it fails, the former one stays.
    ///
    /// Returns the former engine, closed: it answers what it had accepted, and then ends. Dropping it does no harm.
    pub async fn replace(&self, engine: Engine<K>) -> Result<Engine<K>, Error> {
        engine.handle().ready().await?;
        let mut serving = self.engine.lock().unwrap_or_else(PoisonError::into_inner);
        self.serving.store(Arc::new(engine.handle()));
        let former = mem::replace(&mut *serving, engine);
        former.close();
        Ok(former)
    }

    /// Closes the engine: what was accepted is still answered.
    pub fn close(&self) {
        self.engine.lock().unwrap_or_else(PoisonError::into_inner).close();
    }

    /// Returns the engine that took the task.
    fn submit(&self, mut task: Task<K>) -> Result<Arc<EngineHandle<K>>, Error> {
        let mut asked = self.current();
        loop {
            let refused = match asked.submit(task) {
                Ok(()) => return Ok(asked),
                Err(refused) => refused,
            };
            // An engine that was replaced since it was looked up is closed: ask the one that took its place.
            let current = self.current();
            if !matches!(refused.error, Error::Closed { .. }) || current.is_same_as(&asked) {
                return Err(refused.error);
            }
            asked = current;
            task = refused.task;
        }
    }
}
