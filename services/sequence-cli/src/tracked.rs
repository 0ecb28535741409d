use std::fs;
use std::io;
use std::path::Path;

use anyhow::Context;
use filmlens_gsasrec::training::{CurvePoint, Recipe};
use filmlens_program::tracked::{self, Arguments};

/// The experiment that all sequence trainings belong to.
const EXPERIMENT: &str = "filmlens-sequence";

/// The record of one training, whatever part of it was interrupted.
pub(crate) struct Record(tracked::Record);

impl Record {
    /// Starts a record, or goes on with the one noted beside `checkpoint`, that of an interrupted training.
    pub(crate) fn open(
        arguments: &Arguments,
        out: &Path,
        checkpoint: &Path,
        name: &str,
    ) -> anyhow::Result<Self> {
        let tracking = arguments.tracking(out)?;
        let id_file = checkpoint.with_file_name("run");
        let id = match fs::read_to_string(&id_file) {
            // Whoever removed the checkpoint starts over, perhaps with another recipe.
            Ok(id) => Some(id).filter(|_| checkpoint.exists()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", id_file.display())),
        };
        let record =
            tracked::Record::resume_or_start(tracking, id.as_deref().map(str::trim), EXPERIMENT, name)?;
        fs::write(&id_file, record.id()).with_context(|| format!("cannot write {}", id_file.display()))?;
        Ok(Self(record))
    }

    /// Every setting of the recipe under its full name, such as `training.seed`.
    pub(crate) fn recipe(&self, recipe: &Recipe, further: &[(&str, String)]) {
        self.0.settings(recipe, further);
    }

    pub(crate) fn epoch(&self, point: &CurvePoint) {
        let mut metrics = vec![("loss", point.loss), ("learning_rate", point.learning_rate)];
        if let Some(quality) = point.validation {
            metrics.push(("validation_ndcg_at_10", quality.ndcg_at_10));
            metrics.push(("validation_recall_at_10", quality.recall_at_10));
            metrics.push(("validation_recall_at_1", quality.recall_at_1));
        }
        self.0.metrics(point.epoch.into(), metrics);
    }

    pub(crate) fn test(&self, epoch: u32, metrics: impl IntoIterator<Item = (String, f64)>) {
        let named = metrics.into_iter().map(|(name, value)| (format!("test_{name}"), value));
        self.0.metrics(epoch.into(), named);
    }

    pub(crate) fn finish(self, model: &Path, name: &str) {
        self.0.finish_with_model(model, name);
    }

    pub(crate) fn interrupted(self) {
        self.0.interrupted();
    }

    pub(crate) fn failed(self) {
        self.0.failed();
    }
}
