use std::path::PathBuf;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::watch;

use super::api::Api;
use super::runtime;
use super::shipper::{Phase, Shipper};
use crate::delivery::Delivery;
use crate::error::Error;
use crate::event::Event;
use crate::folder::RunFolder;
use crate::lines::LineWriter;
use crate::run::Recorder;

pub(super) fn spool_file(folder: &RunFolder) -> PathBuf {
    folder.path.join("spool.jsonl")
}

/// Writes events to the spool, behind which the shipper reads.
pub(crate) struct SpoolRecorder {
    folder: Arc<RunFolder>,
    spool: LineWriter,
    phase: watch::Sender<Phase>,
    shipper: JoinHandle<Delivery>,
    patience: Duration,
}

impl SpoolRecorder {
    pub(crate) fn open(folder: Arc<RunFolder>, api: Api, patience: Duration) -> Result<Self, Error> {
        let file = spool_file(&folder);
        let spool = LineWriter::open(&file).map_err(Error::file(&file))?;
        let (phase, watched) = watch::channel(Phase::Recording { written: spool.len() });
        let shipper = Shipper::new(folder.clone(), api, watched)?;
        let runtime = runtime()?;
        let shipper = thread::Builder::new()
            .name("tracking-send".to_owned())
            .spawn(move || runtime.block_on(shipper.run()))
            .map_err(Error::Thread)?;
        Ok(Self { folder, spool, phase, shipper, patience })
    }
}

impl Recorder for SpoolRecorder {
    fn record(&mut self, event: Event) -> Result<(), Error> {
        self.spool.append(&event).map_err(Error::file(&spool_file(&self.folder)))?;
        self.phase.send_replace(Phase::Recording { written: self.spool.len() });
        Ok(())
    }

    fn close(self: Box<Self>, ended: bool) -> Delivery {
        let unsynced = self.spool.sync().err();
        let patience = ended.then_some(self.patience);
        self.phase.send_replace(Phase::Closing { patience });
        let panicked = |_| Delivery {
            spool: Some(self.folder.path.clone()),
            waiting: 1,
            reason: Some("the thread that sends panicked".to_owned()),
            ..Delivery::default()
        };
        let mut delivery = self.shipper.join().unwrap_or_else(panicked);
        if let Some(error) = unsynced {
            delivery.reason.get_or_insert_with(|| format!("the spool may not survive a power cut: {error}"));
        }
        delivery
    }
}
