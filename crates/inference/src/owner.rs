//! The thread that owns a model.

use std::any::Any;
use std::error::Error as StdError;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::kind::one_for_each;
use crate::queue::{Computed, Queue};
use crate::task::{Answer, Reply, TakenBatch};
use crate::warm_up::warm_up;
use crate::{EngineSettings, Error, Kind, Model, ModelError};

/// Serves the queue until it is closed and empty, or the model cannot be built.
pub(crate) fn run<K: Kind, M: Model<K>>(
    queue: &Queue<K>,
    settings: &EngineSettings,
    mut build: impl FnMut() -> Result<M, ModelError>,
) {
    let served = catch_unwind(AssertUnwindSafe(|| {
        loop {
            let mut model = start(queue, settings, &mut build)?;
            match serve(queue, &mut model) {
                Served::All => return Ok(()),
                Served::UntilPanic => {
                    tracing::warn!(engine = %queue.engine, "the model is built anew after its panic");
                }
            }
        }
    }));
    let error = match served {
        Ok(Ok(())) => return,
        Ok(Err(error)) => error,
        Err(panic) => panicked(queue, &*panic),
    };
    tracing::error!(
        engine = %queue.engine,
        error = &error as &dyn StdError,
        "the engine {} has no model and answers nothing", queue.engine
    );
    queue.fail(&error);
}

enum Served {
    All,
    UntilPanic,
}

fn start<K: Kind, M: Model<K>>(
    queue: &Queue<K>,
    settings: &EngineSettings,
    build: &mut impl FnMut() -> Result<M, ModelError>,
) -> Result<M, Error> {
    let started = Instant::now();
    let cannot_build =
        |source: ModelError| Error::Build { engine: queue.engine.clone(), source: source.into() };
    let mut model = build().map_err(cannot_build)?;
    let seconds_per_work = warm_up(&mut model, settings).map_err(cannot_build)?;
    let shape = model.shape();
    queue.set_ready(shape, seconds_per_work).map_err(cannot_build)?;
    tracing::info!(
        engine = %queue.engine,
        model.version = %queue.version,
        duration_ms = started.elapsed().as_millis() as u64,
        "the engine {} is ready", queue.engine
    );
    Ok(model)
}

fn serve<K: Kind>(queue: &Queue<K>, model: &mut impl Model<K>) -> Served {
    while let Some(batch) = queue.take_batch() {
        if let Served::UntilPanic = answer(queue, model, batch) {
            return Served::UntilPanic;
        }
    }
    Served::All
}

fn answer<K: Kind>(queue: &Queue<K>, model: &mut impl Model<K>, taken: TakenBatch<K>) -> Served {
    let started = Instant::now();
    let TakenBatch { waiting, work } = taken;
    let mut queued = Vec::with_capacity(waiting.len());
    let mut queries = Vec::with_capacity(waiting.len());
    let mut callers = Vec::with_capacity(waiting.len());
    for waiting in waiting {
        queued.push(started - waiting.since);
        queries.push(waiting.task.query);
        callers.push(waiting.task.reply);
    }
    let answered = catch_unwind(AssertUnwindSafe(|| one_for_each(callers.len(), model.answer(queries)?)));
    let computed = started.elapsed();

    let failed = |source: ModelError| Error::Model { engine: queue.engine.clone(), source: source.into() };
    let (served, answers) = match answered {
        Ok(answers) => (Served::All, answers.map_err(failed)),
        Err(panic) => {
            let error = panicked(queue, &*panic);
            tracing::error!(engine = %queue.engine, error = &error as &dyn StdError, "{error}");
            queue.record_panic();
            (Served::UntilPanic, Err(error))
        }
    };
    let answered = if answers.is_ok() { callers.len() } else { 0 };
    let origin = Origin { version: queue.version.clone(), computed, batch_requests: callers.len() };
    queue.record(&Computed { failed: callers.len() - answered, answered, computed, work, queued: &queued });
    origin.reply(callers, &queued, answers);
    served
}

fn panicked<K: Kind>(queue: &Queue<K>, panic: &(dyn Any + Send)) -> Error {
    let message = panic.downcast_ref::<&str>().copied();
    let message = message.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    Error::Panicked { engine: queue.engine.clone(), message: message.unwrap_or("no message").to_owned() }
}

/// What the answers of a batch have in common.
struct Origin {
    version: Arc<str>,
    computed: Duration,
    batch_requests: usize,
}

impl Origin {
    /// Whoever has gone meanwhile misses nothing, so what comes of sending is ignored.
    fn reply<T>(&self, callers: Vec<Reply<T>>, queued: &[Duration], values: Result<Vec<T>, Error>) {
        let values = match values {
            Ok(values) => values,
            Err(error) => {
                for caller in callers {
                    let _ = caller.send(Err(error.clone()));
                }
                return;
            }
        };
        for ((caller, value), &queued) in callers.into_iter().zip(values).zip(queued) {
            let _ = caller.send(Ok(Answer {
                value,
                version: self.version.clone(),
                queued,
                computed: self.computed,
                batch_requests: self.batch_requests,
            }));
        }
    }
}
