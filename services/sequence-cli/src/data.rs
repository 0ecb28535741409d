use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::ValueEnum;
use filmlens_datasets::sequences::{
    Omissions, SequenceData, Split, TimeBoundaries, by_time, validation_on_everyone,
};
use filmlens_gsasrec::SplitRecord;
use filmlens_gsasrec::training::Validation;
use filmlens_program::output::note;
use serde_json::{Value, json};

const SHOWN_REJECTIONS: usize = 10;

#[derive(clap::Args)]
pub(crate) struct Source {
    /// The folder of the histories: sequences.txt (a line for each user, item numbers with blanks between them, oldest
    /// first), MovieLens ratings (csv or dat), or the folders train, val and test of prepared sequences.
    #[arg(long, value_name = "FOLDER")]
    data: PathBuf,
    /// Which items are held back to validate and to test on.
    #[arg(long, value_enum, default_value_t = Held::LastItem)]
    split: Held,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Held {
    /// Everybody's last item for the test, the one before for validation.
    LastItem,
    /// What happened after 80 % of all interactions for validation, after 90 % for the test. Needs times.
    Time,
}

impl Source {
    pub(crate) fn read(&self) -> anyhow::Result<(SequenceData, Split)> {
        let data = SequenceData::read(&self.data)
            .with_context(|| format!("the histories in {} cannot be used", self.data.display()))?;
        if !data.rejections.is_empty() {
            note(&format!(
                "{} rows about films could not be read; those films have no genres. The first ones:",
                data.rejections.len()
            ));
            for rejection in data.rejections.iter().take(SHOWN_REJECTIONS) {
                note(&format!("  {rejection}"));
            }
        }
        let split = match self.split {
            Held::LastItem => data.leave_one_out()?,
            Held::Time => {
                by_time(&data.interactions, TimeBoundaries::at_shares(&data.interactions, 0.8, 0.9)?)?
            }
        };
        Ok((data, split))
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.data
    }

    /// Validates on everybody where a recipe wants that and the split allows it, and says how the data was split.
    pub(crate) fn widen_validation(
        &self,
        wanted: Validation,
        data: &SequenceData,
        split: &mut Split,
    ) -> SplitRecord {
        let is_free = self.split == Held::LastItem && data.split.is_none();
        let mut validation = Validation::HeldOut;
        if wanted == Validation::Everyone && is_free {
            split.validation = validation_on_everyone(&data.interactions);
            validation = Validation::Everyone;
        } else if wanted == Validation::Everyone {
            note("validation is on the cases that this split holds back, not on everybody");
        }
        SplitRecord { held_out: self.held_out().to_owned(), validation }
    }

    pub(crate) fn held_out(&self) -> &'static str {
        match self.split {
            Held::LastItem => "last-item",
            Held::Time => "time",
        }
    }
}

/// What a split leaves out, for those who read its figures.
pub(crate) fn omissions(split: &Split) -> Value {
    let Omissions { too_short, without_input, unknown_targets } = split.omissions;
    json!({ "too_short": too_short, "without_input": without_input, "unknown_targets": unknown_targets })
}
