use std::collections::HashMap;

use filmlens_catalog_store::bulk_load::Applied;
use filmlens_datasets::Rejection;
use serde::Serialize;

use super::source::Source;
use crate::output::say;

const TOP_REASONS: usize = 10;

/// What a load did, or would do.
#[derive(Serialize)]
pub(super) struct Report {
    source: &'static str,
    fingerprint: String,
    dry_run: bool,
    read: u64,
    /// Rows that a later row about the same film replaced.
    repeated: u64,
    /// Films that an earlier load, which was cut off, had dealt with.
    pub(super) resumed_at: u64,
    inserted: u64,
    updated: u64,
    unchanged: u64,
    pub(super) rejected: u64,
    #[serde(skip)]
    counts: HashMap<String, u64>,
    pub(super) triggers_written: u64,
    pub(super) duration_ms: u64,
}

#[derive(Serialize)]
struct Reason<'a> {
    reason: &'a str,
    count: u64,
}

impl Report {
    pub(super) fn new(source: &Source, dry_run: bool) -> Self {
        Self {
            source: source.name,
            fingerprint: source.fingerprint.clone(),
            dry_run,
            read: source.read,
            repeated: source.repeated,
            resumed_at: 0,
            inserted: 0,
            updated: 0,
            unchanged: 0,
            rejected: 0,
            counts: HashMap::new(),
            triggers_written: 0,
            duration_ms: 0,
        }
    }

    pub(super) fn count(&mut self, applied: &Applied) {
        self.inserted += applied.inserted;
        self.updated += applied.updated;
        self.unchanged += applied.unchanged;
    }

    pub(super) fn reject(&mut self, rejections: &[Rejection]) {
        self.rejected += rejections.len() as u64;
        for rejection in rejections {
            *self.counts.entry(rejection.reason.clone()).or_default() += 1;
        }
    }

    pub(super) fn print(&self, as_json: bool) -> anyhow::Result<()> {
        if !as_json {
            return self.print_for_people();
        }
        #[derive(Serialize)]
        struct WithReasons<'a> {
            #[serde(flatten)]
            report: &'a Report,
            reasons: Vec<Reason<'a>>,
        }
        say(serde_json::to_string(&WithReasons { report: self, reasons: self.reasons() })?)
    }

    fn print_for_people(&self) -> anyhow::Result<()> {
        if self.dry_run {
            say("dry run: nothing was changed; a load would do this")?;
        }
        if self.resumed_at > 0 {
            say(format_args!("went on after {} films of a load that was cut off", self.resumed_at))?;
        }
        let counts = [
            ("read", self.read),
            ("repeated", self.repeated),
            ("inserted", self.inserted),
            ("updated", self.updated),
            ("unchanged", self.unchanged),
            ("rejected", self.rejected),
        ];
        for (name, count) in counts {
            say(format_args!("{name:<10} {count:>9}"))?;
        }
        if self.triggers_written > 0 {
            say(format_args!("{:<10} {:>9}", "severities", self.triggers_written))?;
        }
        let reasons = self.reasons();
        if !reasons.is_empty() {
            say("most frequent reasons:")?;
        }
        for Reason { reason, count } in reasons {
            say(format_args!("{count:>9} × {reason}"))?;
        }
        say(format_args!("took {:.1} s", self.duration_ms as f64 / 1000.0))
    }

    fn reasons(&self) -> Vec<Reason<'_>> {
        let mut reasons: Vec<_> =
            self.counts.iter().map(|(reason, count)| Reason { reason, count: *count }).collect();
        reasons.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.reason.cmp(b.reason)));
        reasons.truncate(TOP_REASONS);
        reasons
    }
}
