use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::metrics::EngineMetrics;
use crate::stats::Counts;
use crate::task::{BatchWork, TakenBatch, Task, Waiting};
use crate::{EngineSettings, Error, Kind, ModelError, Stats};

/// The weight of the latest batch in the measured rate.
const LATEST: f64 = 0.2;
const MAX_RETRY_AFTER: Duration = Duration::from_secs(60);

/// What callers and the owner thread share.
pub(crate) struct Queue<K: Kind> {
    pub(crate) engine: Arc<str>,
    pub(crate) version: Arc<str>,
    settings: EngineSettings,
    metrics: EngineMetrics,
    state: Mutex<State<K>>,
    /// Only the owner waits for it: for tasks, or for the end.
    changed: Condvar,
}

struct State<K: Kind> {
    waiting: VecDeque<Waiting<K>>,
    waiting_work: u64,
    /// What the owner computes at the moment.
    computing_work: u64,
    seconds_per_work: f64,
    is_closed: bool,
    /// Known once the model was built. It stays while the model is built anew, and tasks are accepted all the while.
    shape: Option<K::Shape>,
    status: Status,
    await_status: Vec<oneshot::Sender<()>>,
    counts: Counts,
}

enum Status {
    Starting,
    Ready,
    Failed(Error),
}

/// Whether the engine is ready, or what will tell that this has changed.
pub(crate) enum Watched {
    Starting(oneshot::Receiver<()>),
    Settled(Result<(), Error>),
}

/// Why a task was not taken, with the task.
pub(crate) struct Refused<K: Kind> {
    pub(crate) error: Error,
    pub(crate) task: Task<K>,
}

impl<K: Kind> From<Refused<K>> for Error {
    fn from(refused: Refused<K>) -> Self {
        refused.error
    }
}

/// What became of a batch.
pub(crate) struct Computed<'a> {
    pub(crate) queued: &'a [Duration],
    pub(crate) computed: Duration,
    pub(crate) work: BatchWork,
    pub(crate) answered: usize,
    pub(crate) failed: usize,
}

impl<K: Kind> Queue<K> {
    pub(crate) fn new(engine: Arc<str>, version: Arc<str>, settings: EngineSettings) -> Self {
        let metrics = EngineMetrics::of(&engine);
        Self { engine, version, settings, metrics, state: Mutex::new(State::new()), changed: Condvar::new() }
    }

    pub(crate) fn shape(&self) -> Result<K::Shape, Error> {
        self.shape_in(&self.lock())
    }

    /// Takes a task in, or refuses it at once.
    pub(crate) fn offer(&self, task: Task<K>, work: u64) -> Result<(), Refused<K>> {
        let mut state = self.lock();
        if let Err(error) = self.shape_in(&state) {
            return Err(Refused { error, task });
        }
        if let Err(error) = self.make_room(&mut state, work) {
            return Err(Refused { error, task });
        }
        state.counts.accepted += 1;
        state.waiting_work += work;
        state.waiting.push_back(Waiting { task, work, since: Instant::now() });
        self.metrics.waiting.increment(1);
        drop(state);
        self.changed.notify_one();
        Ok(())
    }

    /// Whether a task of the least work would be taken.
    pub(crate) fn check_room(&self) -> Result<(), Error> {
        let mut state = self.lock();
        self.shape_in(&state)?;
        self.make_room(&mut state, 1)
    }

    /// Waits for tasks and returns those that came first, as many as a batch may have; none once the queue is closed
    /// and empty.
    pub(crate) fn take_batch(&self) -> Option<TakenBatch<K>> {
        let mut state = self.lock();
        loop {
            let batch = self.next_batch(&mut state);
            if !batch.waiting.is_empty() {
                state.computing_work = batch.work.sum;
                return Some(batch);
            }
            if state.is_closed {
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    pub(crate) fn record(&self, batch: &Computed<'_>) {
        self.metrics.answered.increment(batch.answered as u64);
        self.metrics.failed.increment(batch.failed as u64);
        let work = batch.work.of_kind::<K>();
        self.metrics.record_batch(batch.queued, batch.computed, work);
        let mut state = self.lock();
        state.computing_work = 0;
        state.counts.answered += batch.answered as u64;
        state.counts.failed += batch.failed as u64;
        state.counts.record_batch(batch.queued, batch.computed, work);
        // Without padding, as what waits is counted: how it will be padded is not known yet.
        let latest = batch.computed.as_secs_f64() / batch.work.sum as f64;
        state.seconds_per_work += LATEST * (latest - state.seconds_per_work);
    }

    pub(crate) fn record_panic(&self) {
        self.metrics.panics.increment(1);
        let mut state = self.lock();
        state.counts.panics += 1;
        state.status = Status::Starting;
    }

    pub(crate) fn set_ready(&self, shape: K::Shape, seconds_per_work: f64) -> Result<(), ModelError> {
        let mut state = self.lock();
        if let Some(former) = state.shape.replace(shape.clone())
            && former != shape
        {
            // What waits was checked against the former shape.
            return Err(format!("the model was {former:?}, and built anew it is {shape:?}").into());
        }
        state.seconds_per_work = seconds_per_work;
        state.set_status(Status::Ready);
        Ok(())
    }

    /// Gives up: all that wait are refused, as are all that come.
    pub(crate) fn fail(&self, error: &Error) {
        let mut state = self.lock();
        state.set_status(Status::Failed(error.clone()));
        let waiting: Vec<Waiting<K>> = state.waiting.drain(..).collect();
        state.waiting_work = 0;
        state.counts.failed += waiting.len() as u64;
        drop(state);
        self.metrics.failed.increment(waiting.len() as u64);
        self.metrics.waiting.decrement(waiting.len() as f64);
        for waiting in waiting {
            waiting.task.refuse(error.clone());
        }
    }

    /// Accepts nothing from now on; what was accepted is still answered.
    pub(crate) fn close(&self) {
        self.lock().is_closed = true;
        self.changed.notify_one();
    }

    pub(crate) fn is_ready(&self) -> bool {
        self.lock().is_ready()
    }

    pub(crate) fn watch_status(&self) -> Watched {
        let mut state = self.lock();
        match &state.status {
            Status::Ready => return Watched::Settled(Ok(())),
            Status::Failed(error) => return Watched::Settled(Err(error.clone())),
            Status::Starting => {}
        }
        let (waiter, changed) = oneshot::channel();
        state.await_status.retain(|waiter| !waiter.is_closed());
        state.await_status.push(waiter);
        Watched::Starting(changed)
    }

    pub(crate) fn stats(&self) -> Stats {
        let state = self.lock();
        let counts = &state.counts;
        Stats {
            engine: self.engine.to_string(),
            version: self.version.to_string(),
            is_ready: state.is_ready(),
            waiting_requests: state.waiting.len(),
            waiting_work: state.waiting_work,
            accepted: counts.accepted,
            answered: counts.answered,
            failed: counts.failed,
            skipped: counts.skipped,
            saturated: counts.saturated,
            panics: counts.panics,
            queue_microseconds: counts.queue_microseconds.quantiles(),
            compute_microseconds: counts.compute_microseconds.quantiles(),
            batch_requests: counts.batch_requests.quantiles(),
            batch_work: counts.batch_work.quantiles(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<K>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn shape_in(&self, state: &State<K>) -> Result<K::Shape, Error> {
        if state.is_closed {
            return Err(Error::Closed { engine: self.engine.clone() });
        }
        if let Status::Failed(error) = &state.status {
            return Err(error.clone());
        }
        state.shape.clone().ok_or_else(|| Error::Starting { engine: self.engine.clone() })
    }

    fn has_room(&self, state: &State<K>, work: u64) -> bool {
        let fits = state.waiting_work + work <= self.settings.queue_work;
        state.waiting.is_empty() || (fits && state.waiting.len() < self.settings.queue_requests)
    }

    fn make_room(&self, state: &mut State<K>, work: u64) -> Result<(), Error> {
        if !self.has_room(state, work) {
            // Those whose callers have gone should not keep others out.
            self.skip_abandoned(state);
        }
        if self.has_room(state, work) {
            return Ok(());
        }
        state.counts.saturated += 1;
        self.metrics.saturated.increment(1);
        Err(Error::Saturated { engine: self.engine.clone(), retry_after: state.time_until_idle() })
    }

    fn next_batch(&self, state: &mut State<K>) -> TakenBatch<K> {
        let mut batch = TakenBatch { waiting: Vec::new(), work: BatchWork::default() };
        while let Some(first) = state.waiting.front() {
            let is_abandoned = first.task.is_abandoned();
            let work = batch.work.with(first.work);
            let fits = batch.waiting.is_empty() || work.of_kind::<K>() <= self.settings.batch_work;
            if !is_abandoned && (!fits || batch.waiting.len() == self.settings.batch_requests) {
                break;
            }
            let Some(first) = state.waiting.pop_front() else { break };
            state.waiting_work -= first.work;
            self.metrics.waiting.decrement(1);
            if is_abandoned {
                self.count_skipped(state, 1);
            } else {
                batch.work = work;
                batch.waiting.push(first);
            }
        }
        batch
    }

    fn skip_abandoned(&self, state: &mut State<K>) {
        let before = state.waiting.len();
        state.waiting.retain(|waiting| !waiting.task.is_abandoned());
        state.waiting_work = state.waiting.iter().map(|waiting| waiting.work).sum();
        let skipped = before - state.waiting.len();
        self.metrics.waiting.decrement(skipped as f64);
        self.count_skipped(state, skipped);
    }

    fn count_skipped(&self, state: &mut State<K>, skipped: usize) {
        state.counts.skipped += skipped as u64;
        self.metrics.skipped.increment(skipped as u64);
    }
}

impl<K: Kind> State<K> {
    fn new() -> Self {
        Self {
            waiting: VecDeque::new(),
            waiting_work: 0,
            computing_work: 0,
            seconds_per_work: 0.0,
            is_closed: false,
            shape: None,
            status: Status::Starting,
            await_status: Vec::new(),
            counts: Counts::default(),
        }
    }

    fn is_ready(&self) -> bool {
        matches!(self.status, Status::Ready) && !self.is_closed
    }

    fn set_status(&mut self, status: Status) {
        self.status = status;
        for waiter in self.await_status.drain(..) {
            let _ = waiter.send(());
        }
    }

    fn time_until_idle(&self) -> Duration {
        let work = self.waiting_work + self.computing_work;
        let seconds = work as f64 * self.seconds_per_work;
        Duration::try_from_secs_f64(seconds).map_or(MAX_RETRY_AFTER, |time| time.min(MAX_RETRY_AFTER))
    }
}
