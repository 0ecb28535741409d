/// Hears how a training gets on: so many of its steps are done, and which comes next. An answer of false stops it.
pub trait Watch {
    fn step(&mut self, done: usize, of: usize, doing: &str) -> bool;
}

/// Watches nothing.
impl Watch for () {
    fn step(&mut self, _done: usize, _of: usize, _doing: &str) -> bool {
        true
    }
}

impl<F: FnMut(usize, usize, &str) -> bool> Watch for F {
    fn step(&mut self, done: usize, of: usize, doing: &str) -> bool {
        self(done, of, doing)
    }
}

/// Counts the steps of a training for whoever watches it.
pub(crate) struct Progress<'a> {
    pub(crate) watch: &'a mut dyn Watch,
    pub(crate) done: usize,
    pub(crate) of: usize,
}

impl Progress<'_> {
    pub(crate) fn step(&mut self, doing: &str) -> Result<(), crate::Error> {
        let goes_on = self.watch.step(self.done, self.of, doing);
        self.done += 1;
        if goes_on { Ok(()) } else { Err(crate::Error::Interrupted) }
    }
}
