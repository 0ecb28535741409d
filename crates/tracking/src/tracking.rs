use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use chrono::Utc;
use filmlens_telemetry::Chain;

use crate::delivery::Delivery;
use crate::error::Error;
use crate::event::Event;
use crate::files::{FileRecorder, FileRegistry};
use crate::folder::{RunFolder, RunRecord};
use crate::mlflow::{Api, MlflowRegistry, SpoolRecorder, deliver_waiting, find_elsewhere};
use crate::names::{MAX_TAG_CHARACTERS, clean_name, cut};
use crate::registry::Registry;
use crate::run::{Recorder, Run};
use crate::settings::TrackingSettings;

/// Time for another thread or program to let go of a run.
const WAIT_FOR_LOCK: Duration = Duration::from_secs(10);

/// Starts and resumes runs, on an MLflow server or in files.
#[derive(Clone)]
pub struct Tracking {
    settings: Arc<TrackingSettings>,
    /// None to keep runs as files.
    server: Option<Api>,
}

/// What a new run is.
#[derive(Debug, Clone, Default)]
pub struct RunStart {
    /// Made when it does not exist.
    pub experiment: String,
    pub name: String,
    pub tags: BTreeMap<String, String>,
}

impl Tracking {
    pub fn new(settings: TrackingSettings) -> Result<Self, Error> {
        let server = match &settings.uri {
            Some(uri) => Some(Api::new(uri, settings.credentials.clone())?),
            None => None,
        };
        Ok(Self { settings: Arc::new(settings), server })
    }

    /// Starts a run. Returns at once, even when the server is away; fails when the folder cannot be written. What runs
    /// before this one left unsent goes out in the background.
    pub fn start(&self, start: RunStart) -> Result<Run, Error> {
        let now = Utc::now();
        let id = format!("{}-{:08x}", now.format("%Y%m%d-%H%M%S"), rand::random::<u32>());
        let clean_tag = |(name, value): (String, String)| {
            let name = clean_name(&name);
            let value = cut(value, MAX_TAG_CHARACTERS, &name);
            (name, value)
        };
        let record = RunRecord {
            id: id.clone(),
            experiment: start.experiment,
            name: start.name,
            started_at: now,
            ended_at: None,
            outcome: None,
            tags: start.tags.into_iter().map(clean_tag).collect(),
        };
        let folder = RunFolder::create(&self.settings.folder, &record)?;
        self.deliver_in_background()?;
        self.open(id, folder, false)
    }

    /// Goes on with a run, killed or ended. Metrics of steps that it recorded before are left out.
    ///
    /// A run of another machine is looked up on the server, by our id or the server's; all others need no server.
    pub fn resume(&self, id: &str) -> Result<Run, Error> {
        let root = &self.settings.folder;
        let folder = match (RunFolder::open(root, id, WAIT_FOR_LOCK)?, &self.server) {
            (Some(folder), _) => folder,
            (None, Some(server)) => find_elsewhere(server, root, id)?,
            (None, None) => return Err(Error::UnknownRun { id: id.to_owned() }),
        };
        let id = folder.record()?.id;
        self.deliver_in_background()?;
        self.open(id, folder, true)
    }

    /// Sends what earlier runs left in the folder, and tells how far that came for each. Runs that are in use are left
    /// to those who use them.
    pub fn deliver(&self) -> Result<Vec<(String, Delivery)>, Error> {
        match &self.server {
            Some(server) => deliver_waiting(server, &self.settings.folder),
            None => Ok(Vec::new()),
        }
    }

    pub fn registry(&self) -> Box<dyn Registry> {
        let root = self.settings.folder.clone();
        match &self.server {
            Some(server) => Box::new(MlflowRegistry::new(server.clone(), root)),
            None => Box::new(FileRegistry::new(root)),
        }
    }

    fn open(&self, id: String, folder: RunFolder, resumed: bool) -> Result<Run, Error> {
        let folder = Arc::new(folder);
        let mut recorder: Box<dyn Recorder> = match &self.server {
            Some(server) => {
                Box::new(SpoolRecorder::open(folder.clone(), server.clone(), self.settings.patience)?)
            }
            None => Box::new(FileRecorder::open(folder.clone())?),
        };
        if resumed {
            recorder.record(Event::Resumed)?;
        }
        Run::new(id, &folder, recorder)
    }

    fn deliver_in_background(&self) -> Result<(), Error> {
        if self.server.is_none() {
            return Ok(());
        }
        let tracking = self.clone();
        let deliver = move || match tracking.deliver() {
            Ok(deliveries) => {
                for (id, delivery) in deliveries {
                    tracing::info!(run.id = id, %delivery, "sent what a run had left");
                }
            }
            Err(error) => {
                let error = Chain(&error).to_string();
                tracing::warn!(error, "what earlier runs left unsent cannot be sent");
            }
        };
        thread::Builder::new().name("tracking-rest".to_owned()).spawn(deliver).map_err(Error::Thread)?;
        Ok(())
    }
}
