use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use filmlens_catalog_store::MadePrediction;
use tokio::sync::Notify;

use crate::metrics;

#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) predictions: usize,
    pub(super) bytes: usize,
}

/// Predictions that wait for the database, the oldest first.
pub(super) struct Queue {
    limits: Limits,
    state: Mutex<State>,
    /// Only the writer waits for it.
    changed: Notify,
    /// Only who shuts down waits for it.
    emptied: Notify,
    /// Whether the last attempt to write failed.
    is_stuck: AtomicBool,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Arc<MadePrediction>>,
    bytes: usize,
    is_closed: bool,
}

/// What a prediction takes beside its texts, about: the levels as JSON values.
const OVERHEAD_BYTES: usize = 3_000;

fn bytes_of(prediction: &MadePrediction) -> usize {
    OVERHEAD_BYTES + prediction.title.len() + prediction.description.len() + prediction.input.len()
}

impl Queue {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            state: Mutex::default(),
            changed: Notify::new(),
            emptied: Notify::new(),
            is_stuck: AtomicBool::new(false),
        }
    }

    /// Whether there was room.
    pub(super) fn push(&self, prediction: MadePrediction) -> bool {
        let bytes = bytes_of(&prediction);
        let mut state = self.lock();
        let is_full =
            state.waiting.len() >= self.limits.predictions || state.bytes + bytes > self.limits.bytes;
        if is_full || state.is_closed {
            return false;
        }
        state.bytes += bytes;
        state.waiting.push_back(Arc::new(prediction));
        metrics::unsaved(state.waiting.len());
        drop(state);
        self.changed.notify_one();
        true
    }

    /// Puts back what an earlier run has left, whatever the limits.
    pub(super) fn restore(&self, predictions: Vec<MadePrediction>) {
        let mut state = self.lock();
        for prediction in predictions {
            state.bytes += bytes_of(&prediction);
            state.waiting.push_back(Arc::new(prediction));
        }
        metrics::unsaved(state.waiting.len());
    }

    /// Waits for predictions and returns the oldest, which stay in the queue; none once it is closed and empty.
    pub(super) async fn next(&self, limit: usize) -> Option<Vec<Arc<MadePrediction>>> {
        loop {
            {
                let state = self.lock();
                if !state.waiting.is_empty() {
                    return Some(state.waiting.iter().take(limit.max(1)).cloned().collect());
                }
                if state.is_closed {
                    return None;
                }
            }
            self.changed.notified().await;
        }
    }

    /// Takes out the oldest, which were written.
    pub(super) fn remove(&self, predictions: usize) {
        let mut state = self.lock();
        for prediction in state.waiting.drain(..predictions).collect::<Vec<_>>() {
            state.bytes -= bytes_of(&prediction);
        }
        metrics::unsaved(state.waiting.len());
        if state.waiting.is_empty() {
            self.emptied.notify_one();
        }
    }

    pub(super) fn find_latest(&self, movie_id: &str) -> Option<Arc<MadePrediction>> {
        self.lock().waiting.iter().rev().find(|made| made.movie_id == movie_id).cloned()
    }

    pub(super) fn all(&self) -> Vec<Arc<MadePrediction>> {
        self.lock().waiting.iter().cloned().collect()
    }

    /// Takes nothing from now on.
    pub(super) fn close(&self) {
        self.lock().is_closed = true;
        self.changed.notify_one();
    }

    /// Waits until nothing is left.
    pub(super) async fn emptied(&self) {
        while !self.lock().waiting.is_empty() {
            self.emptied.notified().await;
        }
    }

    pub(super) fn is_stuck(&self) -> bool {
        self.is_stuck.load(Ordering::Relaxed)
    }

    /// Returns whether it was stuck already.
    pub(super) fn set_stuck(&self) -> bool {
        self.is_stuck.swap(true, Ordering::Relaxed)
    }

    /// Returns whether it was stuck; it no longer is.
    pub(super) fn was_stuck(&self) -> bool {
        self.is_stuck.swap(false, Ordering::Relaxed)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
