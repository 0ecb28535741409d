use std::collections::HashMap;

use csv::StringRecord;
use filmlens_domain::{Certificate, Description, FilmEvidence, ImdbId, PerCategory, Title, TmdbId, Year};

use super::{LabelledFilm, parse_imdb};
use crate::csv_table::CsvTable;
use crate::{Error, Rejection, fields};

pub(super) struct Movies {
    pub(super) films: Vec<LabelledFilm>,
    pub(super) by_imdb: HashMap<ImdbId, usize>,
    pub(super) rejections: Vec<Rejection>,
}

struct Columns {
    imdb: usize,
    tmdb: Option<usize>,
    title: usize,
    description: usize,
    year: Option<usize>,
    genres: Option<usize>,
    certificate: Option<usize>,
    keywords: Option<usize>,
}

/// The films of the table. A row that names a film again is rejected.
pub(super) fn read(table: &CsvTable) -> Result<Movies, Error> {
    let columns = Columns {
        imdb: table.column("imdb_id")?,
        tmdb: table.find_column("tmdb_id"),
        title: table.column("title")?,
        description: table.column("description")?,
        year: table.find_column("year"),
        genres: table.find_column("genres"),
        certificate: table.find_column("certificate"),
        keywords: table.find_column("keywords"),
    };
    let (mut films, mut by_imdb) = (Vec::new(), HashMap::new());
    let mut lines: HashMap<String, u64> = HashMap::new();
    let walk = table.walk(|record, line| {
        let imdb = parse_imdb(&record[columns.imdb])?;
        let tmdb = columns.tmdb.map(|column| record[column].trim()).filter(|raw| !raw.is_empty());
        let tmdb = tmdb.map(TmdbId::parse).transpose().map_err(|problem| format!("tmdb_id {problem}"))?;
        let names = [imdb.as_ref().map(ImdbId::to_string), tmdb.map(|id| format!("tmdb{id}"))];
        let names: Vec<String> = names.into_iter().flatten().collect();
        let Some(id) = names.first().cloned() else {
            return Err("has neither imdb_id nor tmdb_id".to_owned());
        };
        if let Some((name, earlier)) = names.iter().find_map(|name| lines.get_key_value(name)) {
            return Err(format!("names the film {name} again, which line {earlier} has already"));
        }
        let evidence = columns.evidence(record)?;
        lines.extend(names.into_iter().map(|name| (name, line)));
        if let Some(imdb) = imdb {
            by_imdb.insert(imdb, films.len());
        }
        let (severities, is_mild) = (PerCategory::default(), PerCategory::default());
        films.push(LabelledFilm { id, evidence, severities, is_mild });
        Ok(())
    })?;
    Ok(Movies { films, by_imdb, rejections: walk.rejections })
}

impl Columns {
    fn evidence(&self, record: &StringRecord) -> Result<FilmEvidence, String> {
        let field = |column: Option<usize>| column.map_or("", |column| record[column].trim());
        let title: Title = fields::text("title", &record[self.title])?;
        let description: Option<Description> =
            fields::optional_text("description", &record[self.description])?;
        let certificate: Option<Certificate> = fields::optional_text("certificate", field(self.certificate))?;
        Ok(FilmEvidence {
            title: title.into_string(),
            description: description.map(Description::into_string).unwrap_or_default(),
            genres: list(field(self.genres)),
            certificate: certificate.map(Certificate::into_string),
            keywords: list(field(self.keywords)),
            year: parse_year(field(self.year))?,
        })
    }
}

/// All of it: a film of the catalogue may have fewer keywords, but there is no reason to learn from fewer.
fn list(raw: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in raw.split('|').map(str::trim).filter(|name| !name.is_empty()) {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

fn parse_year(raw: &str) -> Result<Option<i32>, String> {
    if raw.is_empty() {
        return Ok(None);
    }
    let number: i64 = raw.parse().map_err(|_| format!("year must be a whole number, not {raw:?}"))?;
    let year = Year::new(number).map_err(|problem| format!("year {problem}"))?;
    Ok(Some(year.get().into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "imdb_id,tmdb_id,title,year,genres,certificate,keywords,description\n";

    fn read_text(rows: &str) -> Result<Movies, Error> {
        read(&CsvTable::parse("movies.csv", format!("{HEADER}{rows}").into_bytes(), b',')?)
    }

    #[test]
    fn a_row_becomes_what_may_be_known_of_a_film() {
        let movies = read_text(
            "tt0137523,550,Fight Club,1999,Drama|Thriller,R,boxing|soap,\"Two men, one.\"\n,7,B,,,,,\n",
        )
        .unwrap();
        let film = &movies.films[0];
        assert_eq!(film.id, "tt0137523");
        assert_eq!(film.evidence.genres, ["Drama", "Thriller"]);
        assert_eq!(film.evidence.keywords, ["boxing", "soap"]);
        assert_eq!((film.evidence.certificate.as_deref(), film.evidence.year), (Some("R"), Some(1999)));
        assert_eq!(film.evidence.description, "Two men, one.");
        assert_eq!(movies.films[1].id, "tmdb7");
        assert_eq!(movies.films[1].evidence, FilmEvidence { title: "B".to_owned(), ..Default::default() });
        assert!(movies.rejections.is_empty());
    }

    #[test]
    fn rows_that_cannot_be_used_are_named_with_their_line() {
        let rows =
            "tt1,1,A,,,,,\ntt1,2,B,,,,,\n,1,C,,,,,\n,,D,,,,,\ntt9,9,,,,,,\ntt8,8,E,soon,,,,\ntt7,x,F,,,,,\n";
        let movies = read_text(rows).unwrap();
        let told: Vec<String> = movies.rejections.iter().map(ToString::to_string).collect();
        assert_eq!(movies.films.len(), 1);
        assert_eq!(told[0], "movies.csv:3: names the film tt0000001 again, which line 2 has already");
        assert_eq!(told[1], "movies.csv:4: names the film tmdb1 again, which line 2 has already");
        assert_eq!(told[2], "movies.csv:5: has neither imdb_id nor tmdb_id");
        assert!(told[3].starts_with("movies.csv:6: title"), "{}", told[3]);
        assert_eq!(told[4], "movies.csv:7: year must be a whole number, not \"soon\"");
        assert!(told[5].starts_with("movies.csv:8: tmdb_id"), "{}", told[5]);
    }

    #[test]
    fn a_file_without_descriptions_is_refused() {
        let table = CsvTable::parse("movies.csv", b"imdb_id,title\ntt1,A\n".to_vec(), b',').unwrap();
        assert!(matches!(read(&table), Err(Error::MissingColumn { column: "description", .. })));
    }
}
