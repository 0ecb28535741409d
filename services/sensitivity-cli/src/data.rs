use std::path::PathBuf;

use anyhow::Context;
use filmlens_artifacts::DataRecord;
use filmlens_datasets::sensitivity::LabelledFilms;
use filmlens_program::output::note;

/// Rejected rows that are named one by one.
const NAMED: usize = 5;

#[derive(clap::Args)]
pub(crate) struct Source {
    /// A folder with movies.csv, and severities.csv where people judged some of the films [default: the demo catalogue]
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
}

impl Source {
    pub(crate) fn read(&self) -> anyhow::Result<LabelledFilms> {
        let Some(folder) = &self.data else {
            return LabelledFilms::demo().context("the demo catalogue cannot be used");
        };
        let films = LabelledFilms::read(folder)
            .with_context(|| format!("the films in {} cannot be used", folder.display()))?;
        for rejection in films.rejections.iter().take(NAMED) {
            note(&format!("left out: {rejection}"));
        }
        if let Some(more) = films.rejections.len().checked_sub(NAMED).filter(|more| *more > 0) {
            note(&format!("left out: {more} more rows"));
        }
        Ok(films)
    }
}

pub(crate) fn record(films: &LabelledFilms) -> DataRecord {
    DataRecord { name: films.name.clone(), fingerprint: films.fingerprint.clone() }
}
