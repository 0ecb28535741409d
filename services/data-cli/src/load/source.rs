use std::path::{Path, PathBuf};

use anyhow::Context as _;
use filmlens_catalog_store::bulk_load::HumanLevels;
use filmlens_datasets::generate::{Catalogue, CatalogueSize};
use filmlens_datasets::{Error, Parsed, Rejection, demo, filmlens_csv, movielens, tmdb_csv};
use filmlens_domain::{Film, FilmRef};

use super::{What, fingerprint};

/// Films that have been read, or can be made, with all that the report says about them.
pub(super) struct Source {
    pub(super) name: &'static str,
    pub(super) fingerprint: String,
    pub(super) films: Box<dyn Iterator<Item = Film>>,
    pub(super) film_count: u64,
    pub(super) places: Places,
    pub(super) levels: Vec<HumanLevels>,
    pub(super) read: u64,
    pub(super) repeated: u64,
    pub(super) rejections: Vec<Rejection>,
    pub(super) absent_columns: Vec<&'static str>,
}

/// Where in its file each film stands.
pub(super) struct Places {
    file: String,
    /// Empty where the films come from no file; they are numbered then.
    lines: Vec<u64>,
}

impl Places {
    pub(super) fn rejection(&self, index: u64, reason: String) -> Rejection {
        let line = usize::try_from(index).ok().and_then(|index| self.lines.get(index).copied());
        Rejection { file: self.file.clone(), line: line.unwrap_or(index + 1), reason }
    }
}

impl Source {
    pub(super) fn read(what: &What) -> anyhow::Result<Self> {
        match what {
            What::Demo => demo_catalogue(),
            What::FilmlensCsv { file, csv } => {
                let file = file.as_ref().or(csv.as_ref()).context("name the file to load")?;
                from_file("filmlens-csv", file, filmlens_csv::load)
            }
            What::TmdbCsv { file } => from_file("tmdb-csv", file, tmdb_csv::load),
            What::Movielens { folder, with_ratings } => movielens_folder(folder, *with_ratings),
            What::Synthetic { films, seed } => Ok(synthetic(*films, *seed)),
        }
    }

    /// Films that come from no file.
    fn made(
        name: &'static str,
        fingerprint: String,
        count: usize,
        films: Box<dyn Iterator<Item = Film>>,
    ) -> Self {
        Self {
            name,
            fingerprint,
            films,
            film_count: count as u64,
            places: Places { file: name.to_owned(), lines: Vec::new() },
            levels: Vec::new(),
            read: count as u64,
            repeated: 0,
            rejections: Vec::new(),
            absent_columns: Vec::new(),
        }
    }
}

fn from_file(
    name: &'static str,
    path: &Path,
    load: impl FnOnce(&Path) -> Result<Parsed, Error>,
) -> anyhow::Result<Source> {
    let parsed = refused_whole(load(path))?;
    Ok(from_parsed(name, fingerprint::of_files([path])?, parsed))
}

fn movielens_folder(folder: &Path, with_ratings: bool) -> anyhow::Result<Source> {
    let load = if with_ratings { movielens::load_with_ratings } else { movielens::load };
    let parsed = refused_whole(load(folder))?;
    let ratings = movielens::ratings_file(folder).filter(|_| with_ratings);
    let paths = movielens::FILES.iter().map(|name| folder.join(name)).filter(|path| path.is_file());
    let paths: Vec<PathBuf> = paths.chain(ratings).collect();
    Ok(from_parsed("movielens", fingerprint::of_files(paths.iter().map(PathBuf::as_path))?, parsed))
}

fn refused_whole(parsed: Result<Parsed, Error>) -> anyhow::Result<Parsed> {
    parsed.map_err(|error| {
        let advice = match &error {
            Error::NotUtf8 { .. } => {
                "convert it first, for example: iconv -f WINDOWS-1252 -t UTF-8 OLD > NEW"
            }
            Error::UnterminatedQuote { .. } | Error::CutOff { .. } => "fetch or export it again",
            Error::MissingColumn { .. } => "is it of this format? `filmlens-data load --help` lists them",
            _ => "nothing was loaded",
        };
        anyhow::Error::new(error)
            .context(format!("the data cannot be used, and nothing was loaded ({advice})"))
    })
}

fn from_parsed(name: &'static str, fingerprint: String, parsed: Parsed) -> Source {
    let count = parsed.films.len();
    Source {
        places: Places { file: parsed.file, lines: parsed.lines },
        read: parsed.read as u64,
        repeated: parsed.repeated as u64,
        rejections: parsed.rejections,
        absent_columns: parsed.absent_columns,
        ..Source::made(name, fingerprint, count, Box::new(parsed.films.into_iter()))
    }
}

fn demo_catalogue() -> anyhow::Result<Source> {
    let films = demo::films()?;
    let fingerprint = fingerprint::of_value(&films);
    let levels = films.iter().map(|demo| HumanLevels {
        film: FilmRef::from(&demo.film.ids),
        title: demo.film.title.clone(),
        levels: demo.levels,
    });
    let levels = levels.collect();
    let count = films.len();
    let films = Box::new(films.into_iter().map(|demo| demo.film));
    Ok(Source { levels, ..Source::made("demo", fingerprint, count, films) })
}

fn synthetic(films: usize, seed: u64) -> Source {
    let size = CatalogueSize { films, ..CatalogueSize::MOVIELENS_32M };
    let catalogue = Catalogue::new(size, seed);
    let made = (0..films).map(move |index| catalogue.film(index));
    Source::made("synthetic", fingerprint::of_value(&(films, seed)), films, Box::new(made))
}
