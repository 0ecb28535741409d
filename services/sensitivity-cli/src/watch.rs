use filmlens_program::{Interrupt, Interrupted, progress};
use filmlens_sensitivity::{Error, Watch};
use indicatif::ProgressBar;

/// Shows how far a training is, and stops it when somebody asks the program to stop.
pub(crate) struct OnBar<'a> {
    bar: ProgressBar,
    interrupt: &'a Interrupt,
}

impl<'a> OnBar<'a> {
    pub(crate) fn new(what: &str, interrupt: &'a Interrupt) -> Self {
        let bar = progress::bar(1, "{prefix:>16} [{bar:30}] {percent:>3}% {elapsed} {msg}", what);
        Self { bar, interrupt }
    }
}

impl Watch for OnBar<'_> {
    fn step(&mut self, done: usize, of: usize, doing: &str) -> bool {
        self.bar.set_length(of.max(1) as u64);
        self.bar.set_position(done.min(of) as u64);
        self.bar.set_message(doing.to_owned());
        !self.interrupt.is_raised()
    }
}

impl Drop for OnBar<'_> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// A training that was stopped is no failure.
pub(crate) fn from_training(error: Error) -> anyhow::Error {
    match error {
        Error::Interrupted => Interrupted.into(),
        error => error.into(),
    }
}
