mod subset;

use std::path::{Path, PathBuf};

use anyhow::Context;
use filmlens_datasets::ratings::RatingsData;
use filmlens_program::output::note;

const SHOWN_REJECTIONS: usize = 10;

#[derive(clap::Args)]
pub(crate) struct Source {
    /// A folder with ratings of MovieLens (ratings.csv or ratings.dat), best with its films beside them.
    #[arg(long, value_name = "FOLDER")]
    data: PathBuf,
    #[command(flatten)]
    pub(crate) limits: Limits,
}

#[derive(clap::Args, Clone, Copy)]
pub(crate) struct Limits {
    /// Take only the users with the most ratings, so many of them.
    #[arg(long, value_name = "USERS", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) max_users: Option<u32>,
    /// Take only the films with the most ratings, so many of them.
    #[arg(long, value_name = "FILMS", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) max_movies: Option<u32>,
}

impl Source {
    pub(crate) fn read(&self) -> anyhow::Result<RatingsData> {
        read(&self.data, self.limits)
    }
}

pub(crate) fn read(folder: &Path, limits: Limits) -> anyhow::Result<RatingsData> {
    let data = RatingsData::read(folder)
        .with_context(|| format!("the ratings in {} cannot be used", folder.display()))?;
    if data.repeated > 0 {
        note(&format!("{} ratings were replaced by newer ones of the same film", data.repeated));
    }
    if !data.rejections.is_empty() {
        note(&format!(
            "{} rows about films could not be read; those films have no titles. The first ones:",
            data.rejections.len()
        ));
        for rejection in data.rejections.iter().take(SHOWN_REJECTIONS) {
            note(&format!("  {rejection}"));
        }
    }
    subset::take(data, limits)
}
