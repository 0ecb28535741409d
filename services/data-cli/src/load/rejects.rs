use std::fs::File;
use std::path::{Path, PathBuf};

use filmlens_datasets::Rejection;

use super::report::Report;
use crate::failure::write_failed;

/// The file to which rejected rows are written, when one is wanted. It is made before anything is loaded, so that a
/// full disk is noticed in time.
pub(super) struct Rejects {
    file: Option<(PathBuf, csv::Writer<File>)>,
}

impl Rejects {
    pub(super) fn create(path: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = path else { return Ok(Self { file: None }) };
        let file = File::create(path).map_err(|error| write_failed(path, error))?;
        let mut rejects = Self { file: Some((path.to_owned(), csv::Writer::from_writer(file))) };
        rejects.write([["file", "line", "reason"].map(str::to_owned)])?;
        Ok(rejects)
    }

    pub(super) fn add(&mut self, report: &mut Report, rejections: &[Rejection]) -> anyhow::Result<()> {
        report.reject(rejections);
        self.write(
            rejections.iter().map(|rejection| {
                [rejection.file.clone(), rejection.line.to_string(), rejection.reason.clone()]
            }),
        )
    }

    fn write(&mut self, rows: impl IntoIterator<Item = [String; 3]>) -> anyhow::Result<()> {
        let Some((path, writer)) = &mut self.file else { return Ok(()) };
        for row in rows {
            writer.write_record(row).map_err(|error| write_failed(path, error.into()))?;
        }
        writer.flush().map_err(|error| write_failed(path, error))
    }
}
