use std::fs::File;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use anyhow::Result;
use rustix::stdio::{dup2_stderr, dup2_stdout};

use crate::fleet::RunDirectory;

/// One line per event: in the log of `up`, and on the terminal for as long as somebody looks.
pub(crate) struct Announcer {
    log: File,
    started: Instant,
    on_terminal: AtomicBool,
}

impl Announcer {
    pub(crate) fn new(directory: &RunDirectory) -> Result<Self> {
        let log = File::create(directory.log("up"))?;
        Ok(Self { log, started: Instant::now(), on_terminal: AtomicBool::new(true) })
    }

    pub(crate) fn say(&self, line: &str) {
        // Nobody may be listening any more; that is no reason to stop.
        let _ = writeln!(&self.log, "{:>6.1}s  {line}", self.started.elapsed().as_secs_f32());
        if self.on_terminal.load(Ordering::Relaxed) {
            let _ = writeln!(std::io::stdout(), "{line}");
        }
    }

    /// Lets go of the terminal or pipe: whoever reads it sees its end.
    pub(crate) fn leave_terminal(&self) {
        self.on_terminal.store(false, Ordering::Relaxed);
        let _ = dup2_stdout(&self.log);
        let _ = dup2_stderr(&self.log);
    }
}
