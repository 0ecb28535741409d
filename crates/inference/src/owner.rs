//! The thread that owns a model.

use std::any::Any;
use std::error::Error as StdError;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::queue::{Computed, Queue};
use crate::task::{Answer, Reply, Request, TakenBatch, Task, Waiting};
use crate::warm_up::warm_up;
use crate::{EngineSettings, Error, ModelError, ScoredItem, SequenceModel, SequenceQuery};

/// Serves the queue until it is closed and empty, or the model cannot be built.
pub(crate) fn run<M: SequenceModel>(
    queue: &Queue,
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

fn start<M: SequenceModel>(
    queue: &Queue,
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

fn serve<M: SequenceModel>(queue: &Queue, model: &mut M) -> Served {
    while let Some(batch) = queue.take_batch() {
        if let Served::UntilPanic = answer(queue, model, batch) {
            return Served::UntilPanic;
        }
    }
    Served::All
}

fn answer<M: SequenceModel>(queue: &Queue, model: &mut M, taken: TakenBatch) -> Served {
    let started = Instant::now();
    let TakenBatch { waiting, work } = taken;
    let queued: Vec<Duration> = waiting.iter().map(|waiting| started - waiting.since).collect();
    let batch = Batch::new(waiting, &queued);
    let results = catch_unwind(AssertUnwindSafe(|| (batch.embed(model), batch.recommend(model))));
    let computed = started.elapsed();

    let failed = |source: ModelError| Error::Model { engine: queue.engine.clone(), source: source.into() };
    let (served, embedded, recommended) = match results {
        Ok((embedded, recommended)) => (Served::All, embedded.map_err(failed), recommended.map_err(failed)),
        Err(panic) => {
            let error = panicked(queue, &*panic);
            tracing::error!(engine = %queue.engine, error = &error as &dyn StdError, "{error}");
            queue.record_panic();
            (Served::UntilPanic, Err(error.clone()), Err(error))
        }
    };
    let mut answered = 0;
    answered += if embedded.is_ok() { batch.histories.len() } else { 0 };
    answered += if recommended.is_ok() { batch.queries.len() } else { 0 };
    queue.record(&Computed { failed: queued.len() - answered, answered, computed, work, queued });

    let origin = Origin { version: queue.version.clone(), computed, batch_requests: batch.len() };
    origin.reply(batch.embed_callers, embedded);
    origin.reply(batch.recommend_callers, recommended);
    served
}

fn panicked(queue: &Queue, panic: &(dyn Any + Send)) -> Error {
    let message = panic.downcast_ref::<&str>().copied();
    let message = message.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    Error::Panicked { engine: queue.engine.clone(), message: message.unwrap_or("no message").to_owned() }
}

/// The requests of a batch by kind, each kind of which the model answers at once.
#[derive(Default)]
struct Batch {
    histories: Vec<Vec<u32>>,
    embed_callers: Vec<Caller<Vec<f32>>>,
    queries: Vec<SequenceQuery>,
    recommend_callers: Vec<Caller<Vec<ScoredItem>>>,
}

struct Caller<T> {
    reply: Reply<T>,
    queued: Duration,
}

impl Batch {
    fn new(waiting: Vec<Waiting>, queued: &[Duration]) -> Self {
        let mut batch = Self::default();
        for (waiting, &queued) in waiting.into_iter().zip(queued) {
            match waiting.task {
                Task::Embed(Request { query, reply }) => {
                    batch.histories.push(query);
                    batch.embed_callers.push(Caller { reply, queued });
                }
                Task::Recommend(Request { query, reply }) => {
                    batch.queries.push(query);
                    batch.recommend_callers.push(Caller { reply, queued });
                }
            }
        }
        batch
    }

    fn len(&self) -> usize {
        self.histories.len() + self.queries.len()
    }

    fn embed(&self, model: &mut impl SequenceModel) -> Result<Vec<Vec<f32>>, ModelError> {
        if self.histories.is_empty() {
            return Ok(Vec::new());
        }
        let histories: Vec<&[u32]> = self.histories.iter().map(Vec::as_slice).collect();
        one_for_each(histories.len(), model.embed(&histories)?)
    }

    fn recommend(&self, model: &mut impl SequenceModel) -> Result<Vec<Vec<ScoredItem>>, ModelError> {
        if self.queries.is_empty() {
            return Ok(Vec::new());
        }
        one_for_each(self.queries.len(), model.recommend(&self.queries)?)
    }
}

fn one_for_each<T>(requests: usize, answers: Vec<T>) -> Result<Vec<T>, ModelError> {
    if answers.len() != requests {
        return Err(format!("the model gave {} answers to {requests} requests", answers.len()).into());
    }
    Ok(answers)
}

/// What the answers of a batch have in common.
struct Origin {
    version: Arc<str>,
    computed: Duration,
    batch_requests: usize,
}

impl Origin {
    /// Whoever has gone meanwhile misses nothing, so what comes of sending is ignored.
    fn reply<T>(&self, callers: Vec<Caller<T>>, values: Result<Vec<T>, Error>) {
        let values = match values {
            Ok(values) => values,
            Err(error) => {
                for caller in callers {
                    let _ = caller.reply.send(Err(error.clone()));
                }
                return;
            }
        };
        for (caller, value) in callers.into_iter().zip(values) {
            let _ = caller.reply.send(Ok(Answer {
                value,
                version: self.version.clone(),
                queued: caller.queued,
                computed: self.computed,
                batch_requests: self.batch_requests,
            }));
        }
    }
}
