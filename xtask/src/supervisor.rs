use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{ChildStdin, ChildStdout, ExitStatus};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::failure::{describe, tail};
use crate::launch::{Launch, Output, minder_command};
use crate::process::{self, Identity};

/// In the order in which they are stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    /// Runs to its end: a build, a migration.
    Task,
    Program,
    Store,
}

/// Owns every process that was started, and stops them in order. Each has a minder, so that nothing survives this
/// process, however it ends.
#[derive(Clone, Default)]
pub(crate) struct Supervisor {
    roster: Arc<Mutex<Roster>>,
    ended: Arc<Condvar>,
}

#[derive(Default)]
struct Roster {
    closing: bool,
    entries: Vec<Entry>,
}

struct Entry {
    name: String,
    role: Role,
    /// Dropping it tells the minder to end the process.
    leash: Option<ChildStdin>,
    status: Option<ExitStatus>,
}

/// One started process.
pub(crate) struct Started {
    supervisor: Supervisor,
    index: usize,
    minder: Identity,
    pub(crate) stdout: Option<ChildStdout>,
}

impl Supervisor {
    pub(crate) fn start(&self, name: &str, role: Role, launch: Launch) -> Result<Started> {
        let mut roster = self.roster();
        if roster.closing {
            bail!("{name} is not started: everything is being stopped");
        }
        let mut command = minder_command(&launch)?;
        let mut child = command.spawn().with_context(|| format!("cannot start {name}"))?;
        let minder = Identity::of(i32::try_from(child.id())?).context("the minder ended at once")?;
        let leash = child.stdin.take();
        let stdout = child.stdout.take();
        let index = roster.entries.len();
        roster.entries.push(Entry { name: name.to_owned(), role, leash, status: None });
        drop(roster);

        let supervisor = self.clone();
        thread::spawn(move || {
            let status = status_of(child.wait());
            supervisor.roster().entries[index].status = Some(status);
            supervisor.ended.notify_all();
        });
        Ok(Started { supervisor: self.clone(), index, minder, stdout })
    }

    /// Runs a task to its end; an error holds the end of its log.
    pub(crate) fn run_task(&self, name: &str, launch: Launch) -> Result<()> {
        let log = match &launch.output {
            Output::Log(file) | Output::Capture(file) => Some(file.clone()),
            Output::Inherit => None,
        };
        let status = self.start(name, Role::Task, launch)?.wait();
        if !status.success() {
            let tail = log.map(|file| tail(&file)).unwrap_or_default();
            bail!("{name} failed ({}){tail}", describe(status));
        }
        Ok(())
    }

    /// Ends everything: tasks, then programs, then stores, the latest first. Returns when all of it is gone.
    pub(crate) fn stop_all(&self, mut announce: impl FnMut(&str)) {
        let mut roster = self.roster();
        roster.closing = true;
        for role in [Role::Task, Role::Program, Role::Store] {
            for entry in roster.entries.iter_mut().rev().filter(|entry| entry.role == role) {
                entry.leash = None;
            }
            while roster.entries.iter().any(|entry| entry.role == role && entry.status.is_none()) {
                let (guard, _) = self
                    .ended
                    .wait_timeout(roster, Duration::from_secs(1))
                    .expect("no thread panics while it holds the roster");
                roster = guard;
            }
            if role != Role::Task {
                for entry in roster.entries.iter().rev().filter(|entry| entry.role == role) {
                    announce(&format!("{} stopped", entry.name));
                }
            }
        }
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.roster().closing
    }

    fn roster(&self) -> MutexGuard<'_, Roster> {
        self.roster.lock().expect("no thread panics while it holds the roster")
    }
}

/// A process of which nobody can say how it ended counts as failed.
fn status_of(waited: io::Result<ExitStatus>) -> ExitStatus {
    const FAILURE: i32 = 1;
    waited.unwrap_or_else(|error| {
        eprintln!("cannot learn how a process ended: {error}");
        ExitStatus::from_raw(FAILURE << 8)
    })
}

impl Started {
    pub(crate) fn minder(&self) -> Identity {
        self.minder
    }

    /// The process itself, the minder's oldest child; none before it runs or after it ended.
    pub(crate) fn process(&self) -> Option<Identity> {
        process::children(self.minder.pid).first().copied()
    }

    pub(crate) fn status(&self) -> Option<ExitStatus> {
        self.supervisor.roster().entries[self.index].status
    }

    pub(crate) fn wait(&self) -> ExitStatus {
        let mut roster = self.supervisor.roster();
        loop {
            if let Some(status) = roster.entries[self.index].status {
                return status;
            }
            roster = self.supervisor.ended.wait(roster).expect("no thread panics while it holds the roster");
        }
    }

    /// Waits until `ready` says so; an error when the process ends first, with the end of its log.
    pub(crate) fn wait_until(
        &self,
        name: &str,
        log: &Path,
        limit: Duration,
        ready: impl Fn() -> bool,
    ) -> Result<()> {
        let deadline = Instant::now() + limit;
        while !ready() {
            if let Some(status) = self.status() {
                bail!("{name} ended before it was ready ({}){}", describe(status), tail(log));
            }
            if Instant::now() > deadline {
                bail!("{name} was not ready after {} s{}", limit.as_secs(), tail(log));
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_that_nobody_saw_is_no_success() {
        let status = status_of(Err(io::ErrorKind::NotFound.into()));
        assert_eq!((status.success(), describe(status).as_str()), (false, "exit code 1"));
        assert!(status_of(Ok(ExitStatus::default())).success());
    }
}
