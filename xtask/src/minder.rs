//! A minder stands between the supervisor and each process that it starts. It ends that process, and all that
//! descends from it, as soon as its standard input closes: that happens when the supervisor asks for it, and also when
//! the supervisor dies in any way, SIGKILL included.

use std::ffi::OsString;
use std::io::Read;
use std::process::{Command, ExitCode, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use rustix::process::{Pid, Signal, WaitOptions, WaitStatus, getpid, set_child_subreaper, wait};

use crate::process::{self, Identity};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The signal that asks the command to end.
    #[arg(long, value_enum, default_value = "term")]
    pub(crate) stop: Stop,
    /// How long it may take to end, in seconds, before it is killed.
    #[arg(long, default_value_t = 10)]
    pub(crate) grace: u64,
    #[command(flatten)]
    pub(crate) account: Option<Account>,
    #[arg(last = true, required = true)]
    pub(crate) command: Vec<OsString>,
}

/// Whom to run the command as; only root can ask for it.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Account {
    #[arg(long, required = false, requires = "gid")]
    pub(crate) uid: u32,
    #[arg(long, required = false, requires = "uid")]
    pub(crate) gid: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Stop {
    Term,
    /// Postgres: "fast", sessions are cut off instead of waited for.
    Int,
}

impl Stop {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Term => "term",
            Self::Int => "int",
        }
    }

    fn signal(self) -> Signal {
        match self {
            Self::Term => Signal::TERM,
            Self::Int => Signal::INT,
        }
    }
}

enum Event {
    LeashCut,
    Ended(WaitStatus),
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    // Orphans of the command become children of this process, where `end_descendants` finds them.
    set_child_subreaper(Some(getpid())).context("cannot become a subreaper")?;

    // The parent-death signal is for the one case that the pipe does not cover: the minder itself is killed. It binds
    // to the thread that starts the command, hence the main one; and changing the user clears it, hence one setpriv
    // does both, in the right order.
    let mut command = Command::new("setpriv");
    command.arg("--pdeathsig").arg(arguments.stop.name().to_uppercase());
    if let Some(Account { uid, gid }) = arguments.account {
        command.args(["--reuid", &uid.to_string(), "--regid", &gid.to_string(), "--clear-groups"]);
    }
    let child = command.arg("--").args(&arguments.command).stdin(Stdio::null()).spawn();
    let child = child.context("cannot run setpriv (package util-linux)")?;
    let Some(child) = Identity::of(i32::try_from(child.id())?) else { bail!("the command ended at once") };

    let (sender, events) = mpsc::channel();
    watch_leash(sender.clone());
    watch_child(sender, child.pid);

    let status = match events.recv()? {
        Event::Ended(status) => Some(status),
        Event::LeashCut => {
            let _ = child.signal(arguments.stop.signal());
            wait_for_end(&events, Duration::from_secs(arguments.grace))
        }
    };
    if status.is_none() {
        let _ = child.signal(Signal::KILL);
    }
    end_descendants();
    Ok(status.map_or(ExitCode::FAILURE, exit_code))
}

fn watch_leash(events: Sender<Event>) {
    thread::spawn(move || {
        let mut byte = [0];
        while matches!(std::io::stdin().read(&mut byte), Ok(1)) {}
        let _ = events.send(Event::LeashCut);
    });
}

fn watch_child(events: Sender<Event>, child: i32) {
    thread::spawn(move || {
        // Waits for any child, because the orphans are to be reaped too.
        while let Ok(Some((pid, status))) = wait(WaitOptions::empty()) {
            if Pid::from_raw(child) == Some(pid) {
                let _ = events.send(Event::Ended(status));
            }
        }
    });
}

fn wait_for_end(events: &mpsc::Receiver<Event>, grace: Duration) -> Option<WaitStatus> {
    let deadline = Instant::now() + grace;
    loop {
        match events.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(Event::Ended(status)) => return Some(status),
            Ok(Event::LeashCut) => {}
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return None,
        }
    }
}

/// Ends what the command left behind, such as the compilers of a killed cargo.
fn end_descendants() {
    let own = getpid().as_raw_nonzero().get();
    let patience = Instant::now() + Duration::from_secs(2);
    loop {
        let left = process::children(own);
        if left.is_empty() {
            return;
        }
        let signal = if Instant::now() < patience { Signal::TERM } else { Signal::KILL };
        for orphan in left {
            let _ = orphan.signal(signal);
        }
        thread::sleep(Duration::from_millis(50));
    }
}

fn exit_code(status: WaitStatus) -> ExitCode {
    let code =
        status.exit_status().or_else(|| status.terminating_signal().map(|signal| 128 + signal)).unwrap_or(1);
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}
