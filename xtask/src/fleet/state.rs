use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::credentials::write_private;
use crate::fleet::RunDirectory;
use crate::process::Identity;

/// What `up` tells the other commands, in .run/state.json.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct State {
    pub(crate) supervisor: Identity,
    pub(crate) phase: Phase,
    /// Cargo's profile, so that `data` runs the binary that the fleet was prepared with.
    pub(crate) profile: String,
    pub(crate) services: Vec<Service>,
    pub(crate) tasks: Vec<Task>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Phase {
    Starting,
    Running,
}

#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Service {
    pub(crate) name: String,
    pub(crate) port: u16,
    pub(crate) condition: Condition,
    /// The minder and the process itself, once it is started.
    pub(crate) processes: Vec<Identity>,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Condition {
    Waiting,
    Ready,
    /// How it ended; nothing restarts it.
    Ended(String),
    /// Why this machine cannot run it.
    Unavailable(String),
}

/// What runs to its end and leaves something behind.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Task {
    pub(crate) name: String,
    pub(crate) progress: Progress,
    pub(crate) processes: Vec<Identity>,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Progress {
    Waiting,
    /// What it is at.
    Running(String),
    Done,
    /// Why, and where to read on.
    Failed(String),
}

impl Progress {
    fn is_final(&self) -> bool {
        matches!(self, Self::Done | Self::Failed(_))
    }
}

impl State {
    pub(crate) fn service(&mut self, name: &str) -> &mut Service {
        let found = self.services.iter_mut().find(|service| service.name == name);
        found.expect("the state lists every service of the tables")
    }

    pub(crate) fn task(&mut self, name: &str) -> &mut Task {
        let found = self.tasks.iter_mut().find(|task| task.name == name);
        found.expect("the state lists every task of the table")
    }

    /// Nothing more is to come.
    pub(crate) fn is_settled(&self) -> bool {
        self.to_come().is_empty()
    }

    /// Services that are not there yet, and tasks that are not finished.
    pub(crate) fn to_come(&self) -> Vec<&str> {
        let services = self.services.iter().filter(|service| service.condition == Condition::Waiting);
        let tasks = self.tasks.iter().filter(|task| !task.progress.is_final());
        services.map(|service| service.name.as_str()).chain(tasks.map(|task| task.name.as_str())).collect()
    }

    /// Processes that still run, whoever was to stop them.
    pub(crate) fn survivors(&self) -> Vec<Identity> {
        let services = self.services.iter().flat_map(|service| &service.processes);
        let tasks = self.tasks.iter().flat_map(|task| &task.processes);
        services.chain(tasks).copied().filter(|process| process.is_alive()).collect()
    }

    /// None where there is no file. One that cannot be read is an error: a fleet may run behind it.
    pub(crate) fn read(directory: &RunDirectory) -> Result<Option<Self>> {
        let file = file(directory);
        let text = match fs::read_to_string(&file) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            text => text.with_context(|| format!("cannot read {}", file.display()))?,
        };
        let state = serde_json::from_str(&text).with_context(|| {
            format!(
                "{} is damaged, or of another version: stop the fleet with the version that started it, or kill the \
                 process that holds {} (all of the fleet ends with it); then delete the file",
                file.display(),
                lock_file(directory).display()
            )
        })?;
        Ok(Some(state))
    }

    pub(crate) fn write(&self, directory: &RunDirectory) -> Result<()> {
        write_private(&file(directory), &serde_json::to_string_pretty(self)?)
    }

    pub(crate) fn remove(directory: &RunDirectory) {
        let _ = fs::remove_file(file(directory));
    }
}

fn file(directory: &RunDirectory) -> PathBuf {
    directory.path().join("state.json")
}

fn lock_file(directory: &RunDirectory) -> PathBuf {
    directory.path().join("lock")
}

/// Held by the supervisor for its whole life; the kernel lets go of it however that ends.
pub(crate) struct Lock(#[expect(dead_code, reason = "open files hold the lock")] File);

impl Lock {
    /// None when another supervisor holds it.
    pub(crate) fn try_take(directory: &RunDirectory) -> Result<Option<Self>> {
        let path = lock_file(directory);
        let file = File::options().create(true).append(true).open(&path);
        let file = file.with_context(|| format!("cannot open {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fleet_is_settled_when_its_tasks_are_over_too() {
        let task = |name: &str, progress| Task { name: name.to_owned(), progress, processes: Vec::new() };
        let mut state = State {
            supervisor: Identity::of_self().unwrap(),
            phase: Phase::Starting,
            profile: "dev".to_owned(),
            services: Vec::new(),
            tasks: vec![
                task("model", Progress::Running("training".to_owned())),
                task("other", Progress::Done),
            ],
        };
        assert_eq!(state.to_come(), ["model"]);
        state.task("model").progress = Progress::Failed("exit code 1".to_owned());
        assert!(state.is_settled());
    }

    #[test]
    fn no_file_is_no_fleet_and_one_of_another_format_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let directory = RunDirectory(folder.path().to_owned());
        assert!(State::read(&directory).unwrap().is_none());
        for text in ["", "{", r#"{"supervisor": 1}"#] {
            fs::write(file(&directory), text).unwrap();
            let error = State::read(&directory).unwrap_err().to_string();
            assert!(error.contains("state.json") && error.contains("stop the fleet"), "{error}");
        }
    }
}
