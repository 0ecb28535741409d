//! From an answer to the database, without the answer waiting for it.
//!
//! Predictions wait in memory, bounded by number and size. One task writes them in batches, in their order, and takes a
//! batch out only once it was committed: a database that goes away in between gets it again, and the id of a prediction
//! keeps it from being there twice. What cannot be written until shutdown goes to a file, which the next start reads.

mod leftovers;
mod queue;

use std::sync::Arc;
use std::time::{Duration, Instant};

use filmlens_api_types::NotSaved;
use filmlens_catalog_store::{CatalogStore, Error as StoreError, MadePrediction};
use filmlens_telemetry::Chain;
use tokio::time::{sleep, timeout};

use crate::metrics::{self, Loss};
use crate::settings::SavingSettings;
use queue::{Limits, Queue};

const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Why a batch was not written.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("the store of predictions failed")]
    Store(#[source] StoreError),
    #[error("the database did not answer within saving.write_timeout")]
    NoAnswer,
}

#[derive(Clone)]
pub(crate) struct Saving(Arc<Shared>);

struct Shared {
    queue: Queue,
    settings: SavingSettings,
    store: Option<CatalogStore>,
}

impl Saving {
    pub(crate) fn new(settings: &SavingSettings, store: Option<CatalogStore>) -> Self {
        let limits = Limits { predictions: settings.queue_predictions, bytes: settings.queue_bytes };
        Self(Arc::new(Shared { queue: Queue::new(limits), settings: settings.clone(), store }))
    }

    /// Keeps a prediction to be written soon. The error says why that is not sure, or that it is not kept at all.
    pub(crate) fn offer(&self, prediction: MadePrediction) -> Result<(), NotSaved> {
        let Some(store) = &self.0.store else { return Err(NotSaved::Off) };
        if !self.0.queue.push(prediction) {
            metrics::lost(1, Loss::QueueFull);
            return Err(NotSaved::QueueFull);
        }
        if store.is_down() || self.0.queue.is_stuck() { Err(NotSaved::DatabaseDown) } else { Ok(()) }
    }

    /// The latest prediction for a film among those that are not written yet.
    pub(crate) fn find(&self, movie_id: &str) -> Option<Arc<MadePrediction>> {
        self.0.queue.find_latest(movie_id)
    }

    /// Takes up what an earlier run has left, before anything new comes. The file stays until all of it is written.
    pub(crate) async fn restore(&self) {
        if let (Some(file), Some(_)) = (self.0.settings.leftovers.clone(), &self.0.store) {
            self.0.queue.restore(leftovers::read(file).await);
        }
    }

    /// Writes what is kept, and what comes, until the queue is closed and empty.
    pub(crate) async fn write(&self, store: &CatalogStore) {
        let Shared { queue, settings, .. } = &*self.0;
        let mut pause = FIRST_PAUSE;
        let mut one_by_one = 0_usize;
        while let Some(batch) = queue.next(if one_by_one > 0 { 1 } else { settings.batch_predictions }).await
        {
            let started = Instant::now();
            let predictions: Vec<_> = batch.iter().map(Arc::as_ref).collect();
            // A connection that no longer answers, without being closed, would keep everything waiting.
            let written = timeout(settings.write_timeout, store.save_predictions(&predictions)).await;
            match written.map_err(|_| Failure::NoAnswer).and_then(|written| written.map_err(Failure::Store)) {
                Ok(()) => {
                    metrics::saved(batch.len(), started.elapsed());
                    if queue.was_stuck() {
                        tracing::info!("predictions are saved again");
                    }
                    queue.remove(batch.len());
                    (pause, one_by_one) = (FIRST_PAUSE, one_by_one.saturating_sub(1));
                }
                Err(Failure::Store(error)) if error.is_of_the_values() && batch.len() > 1 => {
                    one_by_one = batch.len();
                }
                Err(Failure::Store(error)) if error.is_of_the_values() => {
                    tracing::error!(
                        prediction.id = %batch[0].id,
                        error = %Chain(&error),
                        "the database refuses a prediction; it is lost"
                    );
                    metrics::lost(1, Loss::Refused);
                    queue.remove(1);
                    one_by_one = one_by_one.saturating_sub(1);
                }
                Err(error) => {
                    if !queue.set_stuck() {
                        tracing::error!(
                            error = %Chain(&error),
                            "predictions cannot be saved; they are kept, and tried again until they can"
                        );
                    }
                    sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
            }
        }
    }

    /// Takes no more, waits for the rest to be written, and puts what still waits then into the file of leftovers.
    pub(crate) async fn finish(&self) {
        let Shared { queue, settings, store } = &*self.0;
        if store.is_none() {
            return;
        }
        queue.close();
        if timeout(settings.drain_timeout, queue.emptied()).await.is_ok() {
            if let Some(file) = settings.leftovers.clone() {
                leftovers::forget(file).await;
            }
            return;
        }
        let left = queue.all();
        let Some(file) = settings.leftovers.clone() else {
            tracing::error!(predictions = left.len(), "predictions are lost: the database did not take them");
            metrics::lost(left.len(), Loss::Shutdown);
            return;
        };
        let count = left.len();
        match leftovers::write(file.clone(), left).await {
            Ok(()) => tracing::warn!(
                predictions = count,
                file = %file.display(),
                "the database did not take the last predictions; they are written at the next start"
            ),
            Err(error) => {
                tracing::error!(
                    predictions = count,
                    file = %file.display(),
                    error = %Chain(&error),
                    "predictions are lost: neither the database nor the file of leftovers took them"
                );
                metrics::lost(count, Loss::Shutdown);
            }
        }
    }
}
