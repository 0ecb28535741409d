use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::{Error, ScoredItem, SequenceQuery, Shape};

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

pub(crate) type Reply<T> = oneshot::Sender<Result<Answer<T>, Error>>;
pub(crate) type Receipt<T> = oneshot::Receiver<Result<Answer<T>, Error>>;
/// What a receipt turns into; an error where the engine dropped the request.
pub(crate) type Received<T> = Result<Result<Answer<T>, Error>, oneshot::error::RecvError>;

pub(crate) struct Request<Q, T> {
    pub(crate) query: Q,
    pub(crate) reply: Reply<T>,
}

pub(crate) enum Task {
    Embed(Request<Vec<u32>, Vec<f32>>),
    Recommend(Request<SequenceQuery, Vec<ScoredItem>>),
}

/// A task in the queue.
pub(crate) struct Waiting {
    pub(crate) task: Task,
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

    /// What it takes to compute: every row is padded to the largest.
    pub(crate) fn padded(self) -> u64 {
        self.requests.saturating_mul(self.largest)
    }
}

/// The requests that are computed at once.
pub(crate) struct TakenBatch {
    pub(crate) waiting: Vec<Waiting>,
    pub(crate) work: BatchWork,
}

impl Task {
    pub(crate) fn embed(history: Vec<u32>) -> (Self, Receipt<Vec<f32>>) {
        let (reply, receipt) = oneshot::channel();
        (Self::Embed(Request { query: history, reply }), receipt)
    }

    pub(crate) fn recommend(query: SequenceQuery) -> (Self, Receipt<Vec<ScoredItem>>) {
        let (reply, receipt) = oneshot::channel();
        (Self::Recommend(Request { query, reply }), receipt)
    }

    pub(crate) fn history(&self) -> &[u32] {
        match self {
            Self::Embed(request) => &request.query,
            Self::Recommend(request) => &request.query.history,
        }
    }

    /// Refuses what the model could not answer: one such request would fail all others of its batch.
    pub(crate) fn check(&self, shape: &Shape) -> Result<(), Error> {
        if let Self::Recommend(request) = self
            && request.query.k == 0
        {
            return Err(Error::NothingWanted);
        }
        if self.history().is_empty() {
            return Err(Error::EmptyHistory);
        }
        let known = 1..=shape.item_count;
        match self.history().iter().position(|item| !known.contains(item)) {
            Some(index) => Err(Error::UnknownItem {
                item: self.history()[index],
                position: index + 1,
                item_count: shape.item_count,
            }),
            None => Ok(()),
        }
    }

    /// Forgets what the model would not see of a long history, so that it takes no room while it waits.
    pub(crate) fn shorten(&mut self, max_length: usize) {
        let history = match self {
            Self::Embed(request) => &mut request.query,
            Self::Recommend(request) => &mut request.query.history,
        };
        if history.len() > max_length {
            *history = history.split_off(history.len() - max_length);
        }
    }

    pub(crate) fn is_abandoned(&self) -> bool {
        match self {
            Self::Embed(request) => request.reply.is_closed(),
            Self::Recommend(request) => request.reply.is_closed(),
        }
    }

    /// Whoever has gone meanwhile misses nothing.
    pub(crate) fn refuse(self, error: Error) {
        match self {
            Self::Embed(request) => drop(request.reply.send(Err(error))),
            Self::Recommend(request) => drop(request.reply.send(Err(error))),
        }
    }
}
