use std::collections::HashMap;

use filmlens_domain::{ImdbId, MovieLensId, TmdbId};

use super::parse_id;
use crate::csv_table::CsvTable;
use crate::{Error, Rejection};

/// `links.csv`: the ids under which others know a film.
#[derive(Default)]
pub(super) struct Links {
    imdb: HashMap<MovieLensId, ImdbId>,
    tmdb: HashMap<MovieLensId, TmdbId>,
    /// How often two films claimed one id. The later film keeps it; both stay, for each has ratings of its own.
    pub(super) contested: usize,
}

impl Links {
    pub(super) fn read(table: &CsvTable, rejections: &mut Vec<Rejection>) -> Result<Self, Error> {
        let (movie, imdb, tmdb) =
            (table.column("movieId")?, table.column("imdbId")?, table.column("tmdbId")?);
        let mut links = Self::default();
        let mut imdb_owners = HashMap::new();
        let mut tmdb_owners = HashMap::new();
        let walk = table.walk(|record, _| {
            let movie = parse_id(&record[movie])?;
            let imdb = parse_link(&record[imdb], ImdbId::parse, "imdbId")?;
            let tmdb = parse_link(&record[tmdb], TmdbId::parse, "tmdbId")?;
            links.contested += claim(&mut links.imdb, &mut imdb_owners, movie, imdb);
            links.contested += claim(&mut links.tmdb, &mut tmdb_owners, movie, tmdb);
            Ok(())
        })?;
        rejections.extend(walk.rejections);
        Ok(links)
    }

    pub(super) fn of(&self, movie: MovieLensId) -> (Option<ImdbId>, Option<TmdbId>) {
        (self.imdb.get(&movie).cloned(), self.tmdb.get(&movie).copied())
    }
}

fn parse_link<T, E: std::fmt::Display>(
    raw: &str,
    parse: impl Fn(&str) -> Result<T, E>,
    column: &str,
) -> Result<Option<T>, String> {
    if raw.trim().is_empty() {
        return Ok(None);
    }
    parse(raw).map(Some).map_err(|problem| format!("{column} {problem}"))
}

fn claim<I: Clone + Eq + std::hash::Hash>(
    ids: &mut HashMap<MovieLensId, I>,
    owners: &mut HashMap<I, MovieLensId>,
    movie: MovieLensId,
    id: Option<I>,
) -> usize {
    let Some(id) = id else { return 0 };
    let earlier = owners.insert(id.clone(), movie).filter(|earlier| *earlier != movie);
    if let Some(earlier) = earlier {
        ids.remove(&earlier);
    }
    ids.insert(movie, id);
    usize::from(earlier.is_some())
}
