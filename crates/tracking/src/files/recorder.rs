use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use chrono::DateTime;

use crate::delivery::Delivery;
use crate::error::Error;
use crate::event::{Event, Metrics, Outcome};
use crate::folder::{RunFolder, read_json, write_json};
use crate::last_steps::LastSteps;
use crate::lines::{LineReader, LineWriter};
use crate::run::Recorder;

pub(crate) struct FileRecorder {
    folder: Arc<RunFolder>,
    params: BTreeMap<String, String>,
    tags: BTreeMap<String, String>,
    metrics: LineWriter,
    last_steps: LastSteps,
    delivery: Delivery,
}

impl FileRecorder {
    /// Goes on with what the folder holds already.
    pub(crate) fn open(folder: Arc<RunFolder>) -> Result<Self, Error> {
        let params = read_json(&folder.path.join("params.json"))?.unwrap_or_default();
        let tags = match read_json(&folder.path.join("tags.json"))? {
            Some(tags) => tags,
            None => folder.record()?.tags,
        };
        let file = folder.path.join("metrics.jsonl");
        let metrics = LineWriter::open(&file).map_err(Error::file(&file))?;
        let last_steps = last_steps(&file)?;
        let recorder = Self { folder, params, tags, metrics, last_steps, delivery: Delivery::default() };
        write_json(&recorder.folder.path.join("tags.json"), &recorder.tags)?;
        Ok(recorder)
    }

    /// As on a server, the first value of a parameter stays.
    fn add_params(&mut self, values: BTreeMap<String, String>) -> Result<(), Error> {
        for (name, value) in values {
            let first = self.params.entry(name.clone()).or_insert_with(|| value.clone());
            if *first == value {
                self.delivery.delivered += 1;
            } else {
                let reason = format!("it is {first:?} already, and parameters do not change");
                self.delivery.reject(format!("parameter {name}"), reason);
            }
        }
        write_json(&self.folder.path.join("params.json"), &self.params)
    }

    fn add_tags(&mut self, values: BTreeMap<String, String>) -> Result<(), Error> {
        self.delivery.delivered += values.len() as u64;
        self.tags.extend(values);
        write_json(&self.folder.path.join("tags.json"), &self.tags)
    }

    fn add_metrics(&mut self, mut metrics: Metrics) -> Result<(), Error> {
        self.delivery.repeated += self.last_steps.remove_repeats(&mut metrics);
        if metrics.values.is_empty() {
            return Ok(());
        }
        self.metrics.append(&metrics).map_err(Error::file(&self.folder.path.join("metrics.jsonl")))?;
        self.delivery.delivered += metrics.values.len() as u64;
        Ok(())
    }

    fn add_artifact(&mut self, path: &str, file: &str) -> Result<(), Error> {
        let place = self.folder.path.join("artifacts").join(path);
        if let Some(parent) = place.parent() {
            fs::create_dir_all(parent).map_err(Error::file(parent))?;
        }
        fs::rename(self.folder.outbox().join(file), &place).map_err(Error::file(&place))?;
        self.delivery.delivered += 1;
        Ok(())
    }

    fn set_outcome(&self, outcome: Option<(Outcome, i64)>) -> Result<(), Error> {
        let mut record = self.folder.record()?;
        record.outcome = outcome.map(|(outcome, _)| outcome);
        record.ended_at = outcome.and_then(|(_, timestamp_ms)| DateTime::from_timestamp_millis(timestamp_ms));
        self.folder.write_record(&record)
    }
}

impl Recorder for FileRecorder {
    fn record(&mut self, event: Event) -> Result<(), Error> {
        match event {
            Event::Params { values } => self.add_params(values),
            Event::Tags { values } => self.add_tags(values),
            Event::Metrics(metrics) => self.add_metrics(metrics),
            Event::Artifact { path, file } => self.add_artifact(&path, &file),
            Event::Resumed => self.set_outcome(None),
            Event::Ended { outcome, timestamp_ms } => self.set_outcome(Some((outcome, timestamp_ms))),
        }
    }

    fn close(self: Box<Self>, _ended: bool) -> Delivery {
        let mut delivery = self.delivery;
        if let Err(error) = self.metrics.sync() {
            delivery.reason = Some(format!("metrics.jsonl may not survive a power cut: {error}"));
        }
        // Empty unless a process was killed between a copy and its recording.
        let _ = fs::remove_dir(self.folder.outbox());
        delivery
    }
}

fn last_steps(file: &Path) -> Result<LastSteps, Error> {
    let mut last_steps = LastSteps::default();
    let mut reader = LineReader::open_at(file, 0).map_err(Error::file(file))?;
    while let Some(line) = reader.next::<Metrics>().map_err(Error::file(file))? {
        let metrics = line.record.map_err(|source| Error::Content { path: file.to_owned(), source })?;
        for name in metrics.values.keys() {
            last_steps.note(name, metrics.step);
        }
    }
    Ok(last_steps)
}
