use std::fs;

use anyhow::Result;
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use serde::{Deserialize, Serialize};

/// A process id alone may be reused; together with the start time it is one process.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub(crate) struct Identity {
    pub(crate) pid: i32,
    /// Clock ticks since boot, as /proc/PID/stat has it.
    started: u64,
}

struct Stat {
    zombie: bool,
    parent: i32,
    started: u64,
}

impl Identity {
    pub(crate) fn of(pid: i32) -> Option<Self> {
        let stat = stat(pid)?;
        Some(Self { pid, started: stat.started })
    }

    pub(crate) fn of_self() -> Option<Self> {
        Self::of(i32::try_from(std::process::id()).ok()?)
    }

    pub(crate) fn is_alive(self) -> bool {
        stat(self.pid).is_some_and(|stat| stat.started == self.started && !stat.zombie)
    }

    /// Sends a signal to this very process; to none if it is gone.
    pub(crate) fn signal(self, signal: Signal) -> Result<()> {
        let Some(pid) = Pid::from_raw(self.pid) else { return Ok(()) };
        // The descriptor is opened before the start time is compared, so that the id cannot change hands between.
        let Ok(descriptor) = pidfd_open(pid, PidfdFlags::empty()) else { return Ok(()) };
        if self.is_alive() {
            pidfd_send_signal(descriptor, signal)?;
        }
        Ok(())
    }
}

/// Living children of a process, oldest first.
pub(crate) fn children(parent: i32) -> Vec<Identity> {
    let mut children: Vec<Identity> = all()
        .filter_map(|pid| {
            let stat = stat(pid)?;
            (stat.parent == parent && !stat.zombie).then_some(Identity { pid, started: stat.started })
        })
        .collect();
    children.sort_by_key(|child| child.started);
    children
}

pub(crate) fn all() -> impl Iterator<Item = i32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// The command line, for messages.
pub(crate) fn command_line(pid: i32) -> String {
    let bytes = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let words: Vec<_> = bytes.split(|byte| *byte == 0).map(String::from_utf8_lossy).collect();
    words.join(" ").trim().chars().take(120).collect()
}

fn stat(pid: i32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may hold spaces and parentheses: count from the last one. See proc_pid_stat(5).
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    Some(Stat {
        zombie: matches!(*fields.first()?, "Z" | "X"),
        parent: fields.get(1)?.parse().ok()?,
        started: fields.get(19)?.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_alive_and_another_start_time_is_not() {
        let own = Identity::of_self().unwrap();
        assert!(own.is_alive());
        assert!(!Identity { started: own.started + 1, ..own }.is_alive());
    }

    #[test]
    fn a_signal_to_a_reused_id_reaches_nobody() {
        let own = Identity::of_self().unwrap();
        let predecessor = Identity { started: own.started.saturating_sub(1), ..own };
        predecessor.signal(Signal::KILL).unwrap();
    }
}
