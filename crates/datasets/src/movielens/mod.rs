//! A MovieLens folder as its archive unpacks: latest-small, 25M and 32M (`movies.csv` with `links.csv` and `tags.csv`
//! beside it, and `keywords.csv` where somebody made one), and 1M (`movies.dat`).

mod dat;
mod keywords;
mod links;
mod ratings;
mod title;

use std::collections::HashMap;
use std::path::Path;

use filmlens_domain::{Film, FilmIds, Genre, Keyword, MovieLensId};

use crate::csv_table::CsvTable;
use crate::parsed::UniqueFilms;
use crate::{Error, Parsed, fields};
use links::Links;

pub(crate) use ratings::RatingRows;
pub use ratings::ratings_file;
pub use title::{join_title, split_title};

/// The files of a folder that hold something about films, in the order in which they are read.
pub const FILES: [&str; 5] = ["movies.csv", "movies.dat", "links.csv", "keywords.csv", "tags.csv"];

pub fn load(folder: &Path) -> Result<Parsed, Error> {
    let movies = folder.join("movies.csv");
    if movies.is_file() {
        return load_csv(folder, &movies);
    }
    let movies = folder.join("movies.dat");
    if movies.is_file() {
        return dat::load(&movies);
    }
    Err(Error::NoMovies { folder: folder.to_owned() })
}

/// As [`load`], with the mean and the number of each film's ratings, where the folder has ratings.
pub fn load_with_ratings(folder: &Path) -> Result<Parsed, Error> {
    let mut parsed = load(folder)?;
    if let Some(path) = ratings_file(folder) {
        ratings::add_ratings(&path, &mut parsed.films, &mut parsed.rejections)?;
    }
    Ok(parsed)
}

/// As [`load`], without links and keywords: the titles, years and genres alone.
pub(crate) fn load_titles(movies: &Path) -> Result<Parsed, Error> {
    if movies.extension().is_some_and(|extension| extension == "dat") {
        return dat::load(movies);
    }
    walk_movies(&CsvTable::open(movies, b',')?, &Links::default(), &HashMap::new())
}

fn load_csv(folder: &Path, movies: &Path) -> Result<Parsed, Error> {
    let table = CsvTable::open(movies, b',')?;
    let mut rejections = Vec::new();
    let mut links = Links::default();
    if let Some(table) = open_if_there(&folder.join("links.csv"))? {
        links = Links::read(&table, &mut rejections)?;
    }
    let keywords = keywords::read(folder, &mut rejections)?;

    let mut parsed = walk_movies(&table, &links, &keywords)?;
    parsed.rejections.extend(rejections);
    parsed.repeated += links.contested;
    Ok(parsed)
}

fn walk_movies(
    table: &CsvTable,
    links: &Links,
    keywords: &HashMap<MovieLensId, Vec<Keyword>>,
) -> Result<Parsed, Error> {
    let (id, title, genres) = (table.column("movieId")?, table.column("title")?, table.column("genres")?);
    let mut unique = UniqueFilms::default();
    let walk = table.walk(|record, line| {
        let id = parse_id(&record[id])?;
        unique.add(film(id, &record[title], &record[genres], links, keywords)?, line);
        Ok(())
    })?;
    Ok(unique.into_parsed(table.file(), walk))
}

fn film(
    id: MovieLensId,
    raw_title: &str,
    raw_genres: &str,
    links: &Links,
    keywords: &HashMap<MovieLensId, Vec<Keyword>>,
) -> Result<Film, String> {
    let (title, year) = split_title(raw_title);
    let (imdb, tmdb) = links.of(id);
    let ids = FilmIds::new(imdb, tmdb, Some(id)).expect("the MovieLens id is given");
    Ok(Film {
        year,
        genres: genres(raw_genres)?,
        keywords: keywords.get(&id).cloned().unwrap_or_default(),
        ..Film::new(ids, fields::text("title", &title)?)
    })
}

fn genres(raw: &str) -> Result<Vec<Genre>, String> {
    let names = raw.split('|').filter(|name| *name != "(no genres listed)");
    // The 1M set's spelling; the later sets dropped the 's.
    fields::list("genres", names.map(|name| if name == "Children's" { "Children" } else { name }))
}

fn parse_id(raw: &str) -> Result<MovieLensId, String> {
    let number = raw.trim().parse().ok();
    let id = number.and_then(|number| MovieLensId::new(number).ok());
    id.ok_or_else(|| format!("movieId must be a positive whole number, not {raw:?}"))
}

fn open_if_there(path: &Path) -> Result<Option<CsvTable>, Error> {
    if path.is_file() { CsvTable::open(path, b',').map(Some) } else { Ok(None) }
}
