//! CSV exports of The Movie Database. Three are in circulation and all are read: "TMDB 5000" and "The Movies Dataset"
//! write genres and keywords as lists of objects (`[{"id": 18, "name": "Drama"}]`, the latter in Python's spelling),
//! the newer ones as names between commas.

mod object_list;

use std::path::Path;

use csv::StringRecord;
use filmlens_domain::{Film, FilmIds, ImdbId, Rating, TmdbId, Year};

use crate::csv_table::CsvTable;
use crate::parsed::UniqueFilms;
use crate::{Error, Parsed, fields};

const OPTIONAL: [&str; 12] = [
    "imdb_id",
    "release_date",
    "runtime",
    "genres",
    "keywords",
    "overview",
    "vote_average",
    "vote_count",
    "status",
    "adult",
    "director",
    "cast",
];

pub fn load(path: &Path) -> Result<Parsed, Error> {
    films(&CsvTable::open(path, b',')?)
}

/// As [`load`], from bytes that the caller has read; `file` is the name by which errors call them.
pub fn parse(file: &str, bytes: Vec<u8>) -> Result<Parsed, Error> {
    films(&CsvTable::parse(file, bytes, b',')?)
}

fn films(table: &CsvTable) -> Result<Parsed, Error> {
    let (id, title) = (table.column("id")?, table.column("title")?);
    let columns = OPTIONAL.map(|name| table.find_column(name));
    let absent = OPTIONAL.into_iter().zip(columns).filter(|(_, column)| column.is_none());
    let absent_columns = absent.map(|(name, _)| name).collect();

    let mut unique = UniqueFilms::default();
    let walk = table.walk(|record, line| {
        let row = Row { record, columns };
        let tmdb = TmdbId::parse(&record[id]).map_err(|problem| format!("id {problem}"))?;
        unique.add(row.film(tmdb, &record[title])?, line);
        Ok(())
    })?;
    Ok(Parsed { absent_columns, ..unique.into_parsed(table.file(), walk) })
}

struct Row<'a> {
    record: &'a StringRecord,
    columns: [Option<usize>; OPTIONAL.len()],
}

impl Row<'_> {
    fn film(&self, tmdb: TmdbId, title: &str) -> Result<Film, String> {
        if self.get("adult").eq_ignore_ascii_case("true") {
            return Err("adult film".to_owned());
        }
        let status = self.get("status");
        if !status.is_empty() && status != "Released" {
            return Err(format!("not released: {status}"));
        }
        let ids = FilmIds::new(ImdbId::parse(self.get("imdb_id")).ok(), Some(tmdb), None)
            .expect("the TMDB id is given");
        // Without votes the average is a zero that nobody gave.
        let votes = self.number("vote_count").map(|votes| votes as i64).filter(|votes| *votes > 0);
        let rating = votes.and_then(|_| self.number("vote_average"));
        Ok(Film {
            year: year(self.get("release_date")),
            runtime: fields::runtime(self.get("runtime")),
            genres: fields::list("genres", self.names("genres")?.iter().map(|name| genre(name)))?,
            directors: fields::list("director", self.names("director")?.iter().map(String::as_str))?,
            stars: fields::list("cast", self.names("cast")?.iter().map(String::as_str).take(MAX_CAST))?,
            rating: rating.and_then(|rating| Rating::new(rating).ok()),
            votes: votes.and_then(|votes| Film::parse_votes(votes).ok()),
            keywords: fields::list("keywords", self.names("keywords")?.iter().map(String::as_str))?,
            description: fields::optional_text("overview", self.get("overview"))?,
            ..Film::new(ids, fields::text("title", title)?)
        })
    }

    fn get(&self, name: &str) -> &str {
        let index = OPTIONAL.iter().position(|column| *column == name);
        index.and_then(|index| self.record.get(self.columns[index]?)).unwrap_or_default().trim()
    }

    fn number(&self, name: &str) -> Option<f64> {
        self.get(name).parse().ok().filter(|number: &f64| number.is_finite())
    }

    fn names(&self, column: &str) -> Result<Vec<String>, String> {
        let raw = self.get(column);
        if !raw.starts_with('[') {
            return Ok(raw.split(',').map(str::to_owned).collect());
        }
        object_list::names(raw).ok_or_else(|| format!("{column} is not a list"))
    }
}

/// A cast list goes down to the extras.
const MAX_CAST: usize = 10;

/// The catalogue's vocabulary is MovieLens's.
fn genre(name: &str) -> &str {
    match name.trim() {
        "Science Fiction" => "Sci-Fi",
        "Family" => "Children",
        "Music" => "Musical",
        name => name,
    }
}

/// The year of "1995-10-30" or "10/30/1995".
fn year(date: &str) -> Option<Year> {
    let parts = date.split(|c: char| !c.is_ascii_digit());
    let year = parts.filter(|part| part.len() == 4).find_map(|part| part.parse().ok());
    year.and_then(|year| Year::new(year).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts<const MAX: usize>(texts: &[filmlens_domain::Text<MAX>]) -> Vec<&str> {
        texts.iter().map(filmlens_domain::Text::as_str).collect()
    }

    #[test]
    fn the_form_with_objects_is_read() {
        let file = r#"budget,genres,homepage,id,keywords,overview,release_date,runtime,status,title,vote_average,vote_count
1,"[{""id"": 28, ""name"": ""Action""}, {""id"": 878, ""name"": ""Science Fiction""}]",,19995,"[{""id"": 1, ""name"": ""culture clash""}]",On a far moon.,2009-12-10,162.0,Released,Avatar,7.2,11800
"#;
        let film = parse("tmdb.csv", file.into()).unwrap().films.remove(0);
        assert_eq!(film.ids.tmdb().unwrap().to_string(), "19995");
        assert_eq!((film.year.unwrap().get(), film.runtime.unwrap().minutes()), (2009, 162));
        assert_eq!(texts(&film.genres), ["Action", "Sci-Fi"]);
        assert_eq!(texts(&film.keywords), ["culture clash"]);
        assert_eq!((film.rating.unwrap().get(), film.votes), (7.2, Some(11800)));
        assert_eq!(film.description.unwrap().as_str(), "On a far moon.");
    }

    #[test]
    fn the_form_with_commas_is_read() {
        let file = "id,title,vote_average,vote_count,status,release_date,runtime,adult,imdb_id,overview,genres,keywords\n\
            27205,Inception,8.364,34495,Released,2010-07-15,148,False,tt1375666,Dreams.,\"Action, Science Fiction\",\"rescue, dream\"\n\
            5,Nobody,0,0,Released,,0,False,,,,\n";
        let films = parse("tmdb.csv", file.into()).unwrap().films;
        assert_eq!(films[0].ids.imdb().unwrap().as_str(), "tt1375666");
        assert_eq!(texts(&films[0].genres), ["Action", "Sci-Fi"]);
        assert_eq!(texts(&films[0].keywords), ["rescue", "dream"]);
        assert_eq!(
            (films[1].rating, films[1].votes, films[1].runtime, films[1].year),
            (None, None, None, None)
        );
    }

    #[test]
    fn rows_that_do_not_belong_are_rejected() {
        let file = "id,title,status,adult,genres\n1,A,Rumored,False,\n2,B,Released,True,\nx,C,Released,False,\n4,,,,\n\
            5,E,,,\"[{'name': \"\n";
        let parsed = parse("tmdb.csv", file.into()).unwrap();
        let reasons: Vec<_> = parsed.rejections.iter().map(|rejection| rejection.reason.as_str()).collect();
        assert_eq!(
            reasons,
            [
                "not released: Rumored",
                "adult film",
                "id must be a TMDB id, a positive whole number",
                "title must not be empty",
                "genres is not a list"
            ]
        );
        assert!(parse("tmdb.csv", b"id,name\n1,A\n".to_vec()).is_err());
    }
}
