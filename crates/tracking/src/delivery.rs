use std::fmt;
use std::path::PathBuf;

/// What became of the records of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delivery {
    /// Values and artifacts that reached their place.
    pub delivered: u64,
    /// Metrics of a resumed run up to the last step that was recorded before: not recorded twice.
    pub repeated: u64,
    /// What the server, or the rules that it shares with the files, did not take.
    pub rejected: Vec<Rejection>,
    /// Calls whose records wait in `spool`.
    pub waiting: u64,
    /// The folder in which they wait.
    pub spool: Option<PathBuf>,
    /// Why something waits, or was lost.
    pub reason: Option<String>,
    /// Calls that could not even be written to the disk.
    pub lost: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    pub what: String,
    pub reason: String,
}

impl Delivery {
    /// Nothing waits, nothing was lost, nothing was rejected.
    pub fn is_complete(&self) -> bool {
        self.waiting == 0 && self.lost == 0 && self.rejected.is_empty()
    }

    pub(crate) fn reject(&mut self, what: impl Into<String>, reason: impl fmt::Display) {
        let rejection = Rejection { what: what.into(), reason: reason.to_string() };
        tracing::warn!(what = rejection.what, reason = rejection.reason, "not recorded");
        self.rejected.push(rejection);
    }
}

impl fmt::Display for Delivery {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NAMED: usize = 5;
        write!(formatter, "{} records delivered", self.delivered)?;
        if self.repeated > 0 {
            write!(formatter, ", {} recorded before", self.repeated)?;
        }
        if let (true, Some(spool)) = (self.waiting > 0, &self.spool) {
            write!(formatter, ", {} waiting in {} for the next start", self.waiting, spool.display())?;
        }
        if self.lost > 0 {
            write!(formatter, ", {} lost", self.lost)?;
        }
        if let Some(reason) = &self.reason {
            write!(formatter, " ({reason})")?;
        }
        for Rejection { what, reason } in self.rejected.iter().take(NAMED) {
            write!(formatter, "; {what} rejected: {reason}")?;
        }
        if self.rejected.len() > NAMED {
            write!(formatter, "; and {} more rejected", self.rejected.len() - NAMED)?;
        }
        Ok(())
    }
}
