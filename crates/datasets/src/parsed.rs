use std::collections::HashMap;
use std::fmt;

use filmlens_domain::{Film, ImdbId, MovieLensId, TmdbId};

use crate::csv_table::Walk;

/// What a loader found in its files.
#[derive(Debug)]
pub struct Parsed {
    /// The file that names the films.
    pub file: String,
    pub films: Vec<Film>,
    /// The line of each film.
    pub lines: Vec<u64>,
    /// Rows that were read, the refused among them.
    pub read: usize,
    /// Rows that a later row about the same film replaced.
    pub repeated: usize,
    pub rejections: Vec<Rejection>,
    /// Columns that the format allows and the file does not have.
    pub absent_columns: Vec<&'static str>,
}

/// A row that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    pub file: String,
    pub line: u64,
    pub reason: String,
}

impl fmt::Display for Rejection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.file, self.line, self.reason)
    }
}

/// Films of which no two share an id: the last one that names an id keeps it, the earlier film goes.
#[derive(Default)]
pub(crate) struct UniqueFilms {
    films: Vec<Option<(Film, u64)>>,
    by_imdb: HashMap<ImdbId, usize>,
    by_tmdb: HashMap<TmdbId, usize>,
    by_movielens: HashMap<MovieLensId, usize>,
    repeated: usize,
}

impl UniqueFilms {
    pub(crate) fn add(&mut self, film: Film, line: u64) {
        let index = self.films.len();
        let earlier = [
            film.ids.imdb().and_then(|id| self.by_imdb.insert(id.clone(), index)),
            film.ids.tmdb().and_then(|id| self.by_tmdb.insert(id, index)),
            film.ids.movielens().and_then(|id| self.by_movielens.insert(id, index)),
        ];
        for earlier in earlier.into_iter().flatten() {
            let Some((replaced, _)) = self.films[earlier].take() else { continue };
            self.repeated += 1;
            self.forget(&replaced, earlier);
        }
        self.films.push(Some((film, line)));
    }

    /// Frees the ids that the replaced film does not share with its successor.
    fn forget(&mut self, film: &Film, index: usize) {
        if let Some(id) = film.ids.imdb() {
            remove_if(&mut self.by_imdb, id, index);
        }
        if let Some(id) = film.ids.tmdb() {
            remove_if(&mut self.by_tmdb, &id, index);
        }
        if let Some(id) = film.ids.movielens() {
            remove_if(&mut self.by_movielens, &id, index);
        }
    }

    /// The films in the order of their rows, with what the walk over the rows of `file` found beside them.
    pub(crate) fn into_parsed(self, file: &str, walk: Walk) -> Parsed {
        let (films, lines) = self.films.into_iter().flatten().unzip();
        Parsed {
            file: file.to_owned(),
            films,
            lines,
            read: walk.read,
            repeated: self.repeated,
            rejections: walk.rejections,
            absent_columns: Vec::new(),
        }
    }
}

fn remove_if<K: std::hash::Hash + Eq>(map: &mut HashMap<K, usize>, key: &K, index: usize) {
    if map.get(key) == Some(&index) {
        map.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use filmlens_domain::{FilmIds, Title};

    use super::*;

    fn film(imdb: Option<&str>, tmdb: Option<&str>, title: &str) -> Film {
        let ids = FilmIds::new(
            imdb.map(|id| ImdbId::parse(id).unwrap()),
            tmdb.map(|id| TmdbId::parse(id).unwrap()),
            None,
        );
        Film::new(ids.unwrap(), Title::parse(title).unwrap())
    }

    #[test]
    fn the_last_film_that_names_an_id_wins() {
        let mut films = UniqueFilms::default();
        films.add(film(Some("1"), Some("10"), "first"), 2);
        films.add(film(Some("2"), Some("20"), "second"), 3);
        films.add(film(Some("3"), None, "other"), 4);
        films.add(film(Some("1"), Some("20"), "both"), 5);
        films.add(film(None, Some("10"), "freed"), 6);
        let parsed = films.into_parsed("films.csv", Walk { read: 5, rejections: Vec::new() });
        let titles: Vec<_> = parsed.films.iter().map(|film| film.title.as_str()).collect();
        assert_eq!(titles, ["other", "both", "freed"]);
        assert_eq!((parsed.lines.as_slice(), parsed.repeated), ([4, 5, 6].as_slice(), 2));
    }
}
