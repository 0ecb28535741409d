//! Films with what people said of their content, to learn from: a folder with `movies.csv` (lists joined by `|`) and,
//! where somebody judged films, `severities.csv`; and the demo catalogue.

mod demo_catalogue;
mod movies;
mod severities;

use std::path::Path;

use filmlens_domain::{FilmEvidence, ImdbId, Level, PerCategory};
use sha2::{Digest as _, Sha256};

use crate::csv_table::{self, CsvTable};
use crate::{Error, Rejection};

pub use demo_catalogue::evidence_of;

/// The files of a folder that are read, in that order.
pub const FILES: [&str; 2] = ["movies.csv", "severities.csv"];

/// Films with what people said of them, where anybody did.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelledFilms {
    /// Of the data set: that of its folder, or `demo`.
    pub name: String,
    /// A digest of the files.
    pub fingerprint: String,
    pub films: Vec<LabelledFilm>,
    /// Titles with severities of which the folder has no film.
    pub without_film: usize,
    /// Rows that cannot be used.
    pub rejections: Vec<Rejection>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct LabelledFilm {
    /// `tt0111161`, `tmdb278` or `ml318`: no two films share one.
    pub id: String,
    pub evidence: FilmEvidence,
    /// Nothing where nobody said.
    pub severities: PerCategory<Option<Level>>,
    /// Whether there is something of it, though no reason to warn: the finer end of `SinContenido`.
    pub is_mild: PerCategory<bool>,
}

impl LabelledFilms {
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let mut digest = Sha256::new();
        let mut open = |name: &str| {
            let path = folder.join(name);
            let bytes = csv_table::read(&path)?;
            digest.update(&bytes);
            CsvTable::parse(name, bytes, b',')
        };
        let movies = movies::read(&open(FILES[0])?)?;
        let (mut films, mut rejections) = (movies.films, movies.rejections);
        let mut without_film = 0;
        if folder.join(FILES[1]).is_file() {
            let judged = severities::read(&open(FILES[1])?)?;
            rejections.extend(judged.rejections);
            for (id, severities) in judged.by_film {
                match movies.by_imdb.get(&id) {
                    Some(index) => {
                        films[*index].severities = severities.levels;
                        films[*index].is_mild = severities.is_mild;
                    }
                    None => without_film += 1,
                }
            }
        }
        Ok(Self {
            name: name_of(folder),
            fingerprint: hex::encode(digest.finalize()),
            films,
            without_film,
            rejections,
        })
    }

    /// The demo catalogue, all five categories of which were judged by hand.
    pub fn demo() -> Result<Self, crate::demo::Error> {
        demo_catalogue::films()
    }

    /// The films whose content people judged in at least one category.
    pub fn judged(&self) -> usize {
        let is_judged = |film: &&LabelledFilm| film.severities.iter().any(|(_, level)| level.is_some());
        self.films.iter().filter(is_judged).count()
    }
}

fn name_of(folder: &Path) -> String {
    // "." and ".." have no name of their own.
    let full = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    csv_table::file_name(&full)
}

fn parse_imdb(raw: &str) -> Result<Option<ImdbId>, String> {
    if raw.trim().is_empty() {
        return Ok(None);
    }
    ImdbId::parse(raw).map(Some).map_err(|problem| format!("imdb_id {problem}"))
}
