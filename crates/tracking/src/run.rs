use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use chrono::Utc;
use filmlens_telemetry::Chain;

use crate::delivery::Delivery;
use crate::error::Error;
use crate::event::{Event, Metrics, Number, Outcome};
use crate::folder::RunFolder;
use crate::names::{MAX_PARAM_CHARACTERS, MAX_TAG_CHARACTERS, clean_name, cut};
use crate::outbox::Outbox;

/// Far more than a disk falls behind; a call waits only when it is that much.
const QUEUE_LENGTH: usize = 4_096;

/// Where the events of a run go.
pub(crate) trait Recorder: Send {
    /// The event survives a kill of the process when this returns.
    fn record(&mut self, event: Event) -> Result<(), Error>;

    /// `ended` tells that the run is over and its records should reach their place; otherwise the process just leaves,
    /// and the run may be resumed.
    fn close(self: Box<Self>, ended: bool) -> Delivery;
}

/// A run that is being recorded. Dropped without [`Run::finish`], it can be resumed.
pub struct Run {
    id: String,
    outbox: Outbox,
    events: Option<SyncSender<Event>>,
    worker: Option<JoinHandle<Delivery>>,
}

impl Run {
    pub(crate) fn new(id: String, folder: &RunFolder, recorder: Box<dyn Recorder>) -> Result<Self, Error> {
        let outbox = Outbox::new(folder.outbox());
        let (events, queue) = sync_channel(QUEUE_LENGTH);
        let worker = thread::Builder::new()
            .name("tracking".to_owned())
            .spawn(move || record_all(recorder, &queue))
            .map_err(Error::Thread)?;
        Ok(Self { id, outbox, events: Some(events), worker: Some(worker) })
    }

    /// Names the run in [`crate::Tracking::resume`]; known at once, whether the server answers or not.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Records settings of the run. One that was given before keeps its first value.
    pub fn params<N: AsRef<str>, V: Display>(&self, params: impl IntoIterator<Item = (N, V)>) {
        self.send(Event::Params { values: texts(params, MAX_PARAM_CHARACTERS) });
    }

    /// Records tags. One that was given before gets the new value.
    pub fn tags<N: AsRef<str>, V: Display>(&self, tags: impl IntoIterator<Item = (N, V)>) {
        self.send(Event::Tags { values: texts(tags, MAX_TAG_CHARACTERS) });
    }

    /// Records metrics of one step, with the time of this call. A resumed run leaves out the steps of a metric that were
    /// recorded before.
    pub fn metrics<N: AsRef<str>>(&self, step: u64, metrics: impl IntoIterator<Item = (N, f64)>) {
        let values =
            metrics.into_iter().map(|(name, value)| (clean_name(name.as_ref()), Number(value))).collect();
        let step = i64::try_from(step).unwrap_or(i64::MAX);
        self.send(Event::Metrics(Metrics { step, timestamp_ms: Utc::now().timestamp_millis(), values }));
    }

    /// Records a file, or all files below a folder, under `artifact_path`. They are copied before this returns.
    pub fn artifact(&self, local: &Path, artifact_path: &str) -> Result<(), Error> {
        for event in self.outbox.take(local, artifact_path)? {
            self.send(event);
        }
        Ok(())
    }

    pub fn artifact_bytes(&self, bytes: &[u8], artifact_path: &str) -> Result<(), Error> {
        self.send(self.outbox.take_bytes(bytes, artifact_path)?);
        Ok(())
    }

    /// Ends the run and waits until its records are where they should be, or for as long as
    /// [`crate::TrackingSettings::patience`] allows; tells what could not be delivered.
    pub fn finish(mut self, outcome: Outcome) -> Delivery {
        self.send(Event::Ended { outcome, timestamp_ms: Utc::now().timestamp_millis() });
        self.stop().unwrap_or_default()
    }

    fn send(&self, event: Event) {
        let Some(events) = &self.events else { return };
        if events.send(event).is_err() {
            tracing::error!(run.id = self.id, "the thread that records the run is gone");
        }
    }

    fn stop(&mut self) -> Option<Delivery> {
        self.events = None;
        let worker = self.worker.take()?;
        let lost =
            |_| Delivery { lost: 1, reason: Some("the thread panicked".to_owned()), ..Delivery::default() };
        Some(worker.join().unwrap_or_else(lost))
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.stop();
    }
}

fn texts<N: AsRef<str>, V: Display>(
    pairs: impl IntoIterator<Item = (N, V)>,
    limit: usize,
) -> BTreeMap<String, String> {
    let clean = |(name, value): (N, V)| {
        let name = clean_name(name.as_ref());
        let value = cut(value.to_string(), limit, &name);
        (name, value)
    };
    pairs.into_iter().map(clean).collect()
}

fn record_all(mut recorder: Box<dyn Recorder>, queue: &Receiver<Event>) -> Delivery {
    let mut ended = false;
    let mut lost = 0;
    let mut first_error = None;
    for event in queue {
        ended |= matches!(event, Event::Ended { .. });
        if let Err(error) = recorder.record(event) {
            lost += 1;
            if first_error.is_none() {
                let error = Chain(&error).to_string();
                tracing::error!(error, "the run cannot be recorded");
                first_error = Some(error);
            }
        }
    }
    let mut delivery = recorder.close(ended);
    delivery.lost += lost;
    delivery.reason = first_error.or(delivery.reason);
    delivery
}
