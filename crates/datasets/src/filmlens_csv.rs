//! The consolidated CSV of the original FilmLens: `;` between fields, UTF-8, lists by comma.
//!
//! The texts of rejections are those of the loader that this one replaces, for scripts that look for them.

use std::path::Path;

use csv::StringRecord;
use filmlens_domain::{Film, FilmIds, ImdbId, Rating, Title, TmdbId, Year};

use crate::csv_table::CsvTable;
use crate::parsed::UniqueFilms;
use crate::{Error, Parsed, fields};

const DELIMITER: u8 = b';';

pub fn load(path: &Path) -> Result<Parsed, Error> {
    films(&CsvTable::open(path, DELIMITER)?)
}

/// As [`load`], from bytes that the caller has read; `file` is the name by which errors call them.
pub fn parse(file: &str, bytes: Vec<u8>) -> Result<Parsed, Error> {
    films(&CsvTable::parse(file, bytes, DELIMITER)?)
}

struct Columns {
    movie_name: usize,
    imdb: Option<usize>,
    tmdb: Option<usize>,
    year: Option<usize>,
    runtime: Option<usize>,
    genre: Option<usize>,
    director: Option<usize>,
    star: Option<usize>,
    rating: Option<usize>,
    description: Option<usize>,
}

fn films(table: &CsvTable) -> Result<Parsed, Error> {
    let mut absent_columns = Vec::new();
    let mut find = |name| {
        let column = table.find_column(name);
        if column.is_none() {
            absent_columns.push(name);
        }
        column
    };
    let columns = Columns {
        movie_name: table.column("movie_name")?,
        imdb: find("imdbId"),
        tmdb: find("tmdbId"),
        year: find("year"),
        runtime: find("runtime"),
        genre: find("genre"),
        director: find("director"),
        star: find("star"),
        rating: find("rating"),
        description: find("description"),
    };
    if columns.imdb.is_none() && columns.tmdb.is_none() {
        return Err(table.missing("imdbId"));
    }

    let mut unique = UniqueFilms::default();
    let walk = table.walk(|record, line| {
        unique.add(film(record, &columns)?, line);
        Ok(())
    })?;
    Ok(Parsed { absent_columns, ..unique.into_parsed(table.file(), walk) })
}

fn film(record: &StringRecord, columns: &Columns) -> Result<Film, String> {
    let get = |column: Option<usize>| column.and_then(|column| record.get(column)).unwrap_or_default().trim();
    let name = get(Some(columns.movie_name));
    if name.is_empty() {
        return Err("movie_name vacio".to_owned());
    }
    let title: Title = fields::text("movie_name", name)?;
    let ids = FilmIds::new(ImdbId::parse(get(columns.imdb)).ok(), tmdb_id(get(columns.tmdb)), None)
        .map_err(|_| "Sin ID valido".to_owned())?;
    let star = get(columns.star).replace(['\n', '\r'], " ");
    Ok(Film {
        year: year(get(columns.year))?,
        runtime: fields::runtime(get(columns.runtime)),
        genres: fields::list("genre", get(columns.genre).split(','))?,
        directors: fields::list("director", get(columns.director).split(','))?,
        stars: fields::list("star", star.split(','))?,
        rating: get(columns.rating).parse().ok().and_then(|rating| Rating::new(rating).ok()),
        description: fields::optional_text("description", get(columns.description))?,
        ..Film::new(ids, title)
    })
}

/// Spreadsheets and pandas turn a column of ids with gaps into decimals: "862.0".
fn tmdb_id(raw: &str) -> Option<TmdbId> {
    let number: f64 = raw.parse().ok()?;
    let whole = number.trunc();
    if !(1.0..=f64::from(u32::MAX)).contains(&whole) {
        return None;
    }
    TmdbId::parse(&format!("{whole:.0}")).ok()
}

fn year(raw: &str) -> Result<Option<Year>, String> {
    if raw.is_empty() || !raw.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(None);
    }
    let year = raw.parse().ok().and_then(|year| Year::new(year).ok());
    year.map(Some).ok_or_else(|| format!("Año invalido: {raw}"))
}

#[cfg(test)]
mod tests {
    use filmlens_domain::Text;

    use super::*;

    const HEADER: &str = "movie_name;imdbId;tmdbId;year;runtime;genre;director;star;rating;description\n";

    fn load(rows: &str) -> Parsed {
        parse("films.csv", format!("{HEADER}{rows}").into_bytes()).unwrap()
    }

    fn only(row: &str) -> Film {
        let parsed = load(row);
        assert_eq!(parsed.rejections, []);
        parsed.films.into_iter().next().unwrap()
    }

    fn reason(row: &str) -> String {
        load(row).rejections.remove(0).reason
    }

    #[test]
    fn a_full_row_is_read() {
        let film = only(
            "The Godfather;0068646;238.0;1972;2h 55min;Crime, Drama,,Crime;Francis Ford Coppola;\
             \"Marlon Brando,\nAl Pacino\";9.2;\"A family; its business\"\n",
        );
        assert_eq!(film.title.as_str(), "The Godfather");
        assert_eq!(film.ids.imdb().unwrap().as_str(), "tt0068646");
        assert_eq!(film.ids.tmdb().unwrap().to_string(), "238");
        assert_eq!(film.year.unwrap().get(), 1972);
        assert_eq!(film.runtime.unwrap().minutes(), 175);
        assert_eq!(film.genres.iter().map(Text::as_str).collect::<Vec<_>>(), ["Crime", "Drama"]);
        assert_eq!(film.stars.iter().map(Text::as_str).collect::<Vec<_>>(), ["Marlon Brando", "Al Pacino"]);
        assert_eq!(film.rating.unwrap().get(), 9.2);
        assert_eq!(film.description.unwrap().as_str(), "A family; its business");
    }

    #[test]
    fn reasons_are_those_of_the_replaced_loader() {
        assert_eq!(reason(" ;tt1;1;;;;;;;\n"), "movie_name vacio");
        assert_eq!(reason("X;;;;;;;;;\n"), "Sin ID valido");
        assert_eq!(reason("X;abc;-3;;;;;;;\n"), "Sin ID valido");
        assert_eq!(reason("X;;nan;;;;;;;\n"), "Sin ID valido");
        assert_eq!(reason("X;tt1;1;1492;;;;;;\n"), "Año invalido: 1492");
        assert_eq!(reason("X;tt1;1;99999999999999999999;;;;;;\n"), "Año invalido: 99999999999999999999");
    }

    #[test]
    fn what_is_out_of_range_is_left_out() {
        let film = only("X;tt1;;MCMXC;500 min;;;;11;\n");
        assert_eq!((film.year, film.runtime, film.rating, film.description), (None, None, None, None));
        assert!(film.genres.is_empty());
        assert!(only("X;tt1;;;;;;;NaN;\n").rating.is_none());
    }

    #[test]
    fn a_missing_column_is_named_and_an_optional_one_reported() {
        let error = parse("films.csv", b"title,imdbId\nX,1\n".to_vec()).unwrap_err().to_string();
        assert_eq!(error, "films.csv has no column movie_name; its first line is \"title,imdbId\"");
        let error = parse("films.csv", b"movie_name;year\nX;1\n".to_vec()).unwrap_err().to_string();
        assert!(error.contains("no column imdbId"), "{error}");
        let parsed = parse("films.csv", b"movie_name;tmdbId\nX;1\n".to_vec()).unwrap();
        assert_eq!(parsed.films.len(), 1);
        assert!(parsed.absent_columns.contains(&"description"));
    }

    #[test]
    fn the_last_row_of_a_film_wins() {
        let parsed = load("Old;tt1;1;;;;;;;\nOther;tt2;;;;;;;;\nNew;tt1;;;;;;;;\n");
        let titles: Vec<_> = parsed.films.iter().map(|film| film.title.as_str()).collect();
        assert_eq!((titles.as_slice(), parsed.read, parsed.repeated), (["Other", "New"].as_slice(), 3, 1));
    }
}
