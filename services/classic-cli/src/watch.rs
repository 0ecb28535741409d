use filmlens_collaborative::{Error, Watch};
use filmlens_program::{Interrupt, Interrupted, progress};
use indicatif::ProgressBar;

/// A whole training or fold on a bar that several of them may share.
const WHOLE: u64 = 1000;

/// The bar of `parts` trainings of one model.
pub(crate) fn bar(parts: usize, what: impl Into<String>) -> ProgressBar {
    progress::bar(parts as u64 * WHOLE, "{prefix:>14} [{bar:30}] {percent:>3}% {elapsed} {msg}", what)
}

/// Shows how far a training is, and stops it when somebody asks the program to stop.
pub(crate) struct OnBar<'a> {
    bar: &'a ProgressBar,
    interrupt: &'a Interrupt,
    shown: u64,
}

impl<'a> OnBar<'a> {
    pub(crate) fn new(bar: &'a ProgressBar, interrupt: &'a Interrupt) -> Self {
        Self { bar, interrupt, shown: 0 }
    }
}

impl Watch for OnBar<'_> {
    fn step(&mut self, done: usize, of: usize, loss: Option<f64>) -> bool {
        let place = WHOLE * done.min(of) as u64 / of.max(1) as u64;
        self.bar.inc(place.saturating_sub(self.shown));
        self.shown = self.shown.max(place);
        if let Some(loss) = loss {
            self.bar.set_message(format!("loss {loss:.4}"));
        }
        !self.interrupt.is_raised()
    }
}

impl Drop for OnBar<'_> {
    fn drop(&mut self) {
        self.bar.inc(WHOLE - self.shown);
    }
}

/// A training that was stopped is no failure.
pub(crate) fn from_training(error: Error) -> anyhow::Error {
    match error {
        Error::Interrupted => Interrupted.into(),
        error => error.into(),
    }
}
