//! What runs of other times and machines left.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::DateTime;
use tokio::sync::watch;

use super::api::Api;
use super::recorder::spool_file;
use super::runs::ID_TAG;
use super::shipper::{Phase, Shipper};
use super::state::State;
use super::{block_on, runtime};
use crate::delivery::Delivery;
use crate::error::Error;
use crate::folder::{RunFolder, RunRecord};
use crate::names::is_plain_word;

/// Sends the spools of runs that nobody records now.
pub(crate) fn deliver_waiting(api: &Api, root: &Path) -> Result<Vec<(String, Delivery)>, Error> {
    let runtime = runtime()?;
    let mut deliveries = Vec::new();
    for id in run_ids(&RunFolder::all(root))? {
        let folder = match RunFolder::open(root, &id, Duration::ZERO) {
            Ok(Some(folder)) if spool_file(&folder).exists() => Arc::new(folder),
            Ok(_) | Err(Error::InUse { .. }) => continue,
            Err(error) => return Err(error),
        };
        let (_closed, phase) = watch::channel(Phase::Closing { patience: Some(Duration::ZERO) });
        let shipper = Shipper::new(folder, api.clone(), phase)?;
        deliveries.push((id, runtime.block_on(shipper.run())));
    }
    Ok(deliveries)
}

fn run_ids(folder: &Path) -> Result<Vec<String>, Error> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::file(folder)(error)),
    };
    let mut ids = Vec::new();
    for entry in entries {
        ids.extend(entry.map_err(Error::file(folder))?.file_name().into_string().ok());
    }
    ids.sort();
    Ok(ids)
}

/// Makes a folder for a run that another machine recorded.
pub(crate) fn find_elsewhere(api: &Api, root: &Path, id: &str) -> Result<RunFolder, Error> {
    let unknown = || Error::UnknownRun { id: id.to_owned() };
    if !is_plain_word(id) {
        return Err(unknown());
    }
    let (run, experiment) = block_on(api.find_run(id))??.ok_or_else(unknown)?;
    let our_id = run.data.tags.iter().find(|tag| tag.key == ID_TAG).map(|tag| tag.value.clone());
    let record = RunRecord {
        id: our_id.filter(|id| is_plain_word(id)).unwrap_or_else(|| run.info.run_id.clone()),
        experiment,
        name: run.info.run_name.clone(),
        started_at: DateTime::from_timestamp_millis(run.info.start_time).unwrap_or_default(),
        ended_at: None,
        outcome: None,
        tags: BTreeMap::new(),
    };
    let folder = RunFolder::create(root, &record)?;
    State { run: Some(run.info.into()), ..State::default() }.save(&folder)?;
    Ok(folder)
}
