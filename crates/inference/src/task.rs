use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::{Error, Kind};

/// What a model answered, and how it came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer<T> {
    pub value: T,
    /// Of the model that answered.
    pub version: Arc<str>,
    /// How long the request waited.
    pub queued: Duration,
    /// How long its batch was computed.
    pub computed: Duration,
    /// How many requests its batch had.
    pub batch_requests: usize,
}

impl<T> Answer<T> {
    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> Answer<U> {
        let Self { value, version, queued, computed, batch_requests } = self;
        Answer { value: change(value), version, queued, computed, batch_requests }
    }
}

pub(crate) type Reply<T> = oneshot::Sender<Result<Answer<T>, Error>>;
pub(crate) type Receipt<T> = oneshot::Receiver<Result<Answer<T>, Error>>;
/// What a receipt turns into; an error where the engine dropped the request.
pub(crate) type Received<T> = Result<Result<Answer<T>, Error>, oneshot::error::RecvError>;

pub(crate) struct Task<K: Kind> {
    pub(crate) query: K::Query,
    pub(crate) reply: Reply<K::Answer>,
}

impl<K: Kind> Task<K> {
    pub(crate) fn new(query: K::Query) -> (Self, Receipt<K::Answer>) {
        let (reply, receipt) = oneshot::channel();
        (Self { query, reply }, receipt)
    }

    pub(crate) fn is_abandoned(&self) -> bool {
        self.reply.is_closed()
    }

    /// Whoever has gone meanwhile misses nothing.
    pub(crate) fn refuse(self, error: Error) {
        drop(self.reply.send(Err(error)));
    }
}

/// A task in the queue.
pub(crate) struct Waiting<K: Kind> {
    pub(crate) task: Task<K>,
    pub(crate) work: u64,
    pub(crate) since: Instant,
}

/// What a batch is worth.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct BatchWork {
    requests: u64,
    largest: u64,
    /// Of its requests alone, as it is counted while they wait.
    pub(crate) sum: u64,
}

impl BatchWork {
    pub(crate) fn with(self, request: u64) -> Self {
        Self { requests: self.requests + 1, largest: self.largest.max(request), sum: self.sum + request }
    }

    /// What it takes to compute.
    pub(crate) fn of_kind<K: Kind>(self) -> u64 {
        if K::PADS { self.requests.saturating_mul(self.largest) } else { self.sum }
    }
}

/// The requests that are computed at once.
pub(crate) struct TakenBatch<K: Kind> {
    pub(crate) waiting: Vec<Waiting<K>>,
    pub(crate) work: BatchWork,
}
