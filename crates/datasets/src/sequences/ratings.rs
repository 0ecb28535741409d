use std::collections::HashMap;
use std::path::Path;

use super::files::FileHash;
use super::{Interactions, Problems, Vocabulary};
use crate::Error;
use crate::lines::NO_LINE_END;
use crate::movielens::RatingRows;

/// Users with fewer interactions are left out.
const FEWEST: usize = 5;

pub(super) struct Prepared {
    pub(super) interactions: Interactions,
    pub(super) vocabulary: Vocabulary,
    pub(super) users_left_out: usize,
    pub(super) file: FileHash,
}

/// A file of ratings as the sequence models are trained on: in the order of user and time, without users of fewer than
/// five ratings, items numbered from 1 as they first appear in that order. Ratings of the same user and second stay as
/// they stand in the file, whose order in MovieLens is that of the film's id.
pub(super) fn read(path: &Path) -> Result<Prepared, Error> {
    let mut rows = RatingRows::open_hashed(path)?;
    let file = rows.file().to_owned();
    let mut problems = Problems::default();
    let mut table = Table::default();
    while let Some(row) = rows.next()? {
        match row {
            Ok(row) => table.push(row.user, row.film.get() as u32, row.timestamp),
            Err(rejection) => problems.push(rejection),
        }
    }
    if let Some(line) = rows.unfinished_line() {
        problems.add(&file, line, NO_LINE_END);
    }
    problems.into_result()?;
    if table.films.is_empty() {
        return Err(Error::Empty { file });
    }
    let mut table = table.in_order_of_users();
    table.sort_by_time();
    let users_left_out = table.leave_out_short_users();
    if table.films.is_empty() {
        return Err(Error::NobodyLeft { file, at_least: FEWEST });
    }
    let vocabulary = table.number_films()?;
    let interactions = table.into_interactions(vocabulary.item_count());
    let file = FileHash { name: file, sha256: rows.sha256() };
    Ok(Prepared { interactions, vocabulary, users_left_out, file })
}

/// Ratings as columns, 12 bytes each.
#[derive(Default)]
struct Table {
    runs: Vec<Run>,
    films: Vec<u32>,
    times: Vec<i64>,
}

/// Ratings of one user that stand together.
#[derive(Clone, Copy)]
struct Run {
    user: i64,
    begin: usize,
}

impl Table {
    fn push(&mut self, user: i64, film: u32, time: i64) {
        if self.runs.last().is_none_or(|run| run.user != user) {
            self.runs.push(Run { user, begin: self.films.len() });
        }
        self.films.push(film);
        self.times.push(time);
    }

    fn end(&self, run: usize) -> usize {
        self.runs.get(run + 1).map_or(self.films.len(), |next| next.begin)
    }

    /// Each user's ratings in one run. The files of MovieLens are in this order already; another one is copied.
    fn in_order_of_users(self) -> Self {
        if self.runs.windows(2).all(|pair| pair[0].user < pair[1].user) {
            return self;
        }
        let mut order: Vec<usize> = (0..self.runs.len()).collect();
        order.sort_by_key(|run| self.runs[*run].user);
        let mut ordered = Self {
            runs: Vec::new(),
            films: Vec::with_capacity(self.films.len()),
            times: Vec::with_capacity(self.times.len()),
        };
        for run in order {
            let Run { user, begin } = self.runs[run];
            for rating in begin..self.end(run) {
                ordered.push(user, self.films[rating], self.times[rating]);
            }
        }
        ordered
    }

    fn sort_by_time(&mut self) {
        let mut sorted: Vec<(i64, u32)> = Vec::new();
        for run in 0..self.runs.len() {
            let of_user = self.runs[run].begin..self.end(run);
            let (times, films) = (&mut self.times[of_user.clone()], &mut self.films[of_user]);
            if times.is_sorted() {
                continue;
            }
            sorted.clear();
            sorted.extend(times.iter().copied().zip(films.iter().copied()));
            sorted.sort_by_key(|(time, _)| *time);
            for (place, (time, film)) in sorted.iter().enumerate() {
                (times[place], films[place]) = (*time, *film);
            }
        }
    }

    /// Moves the ratings of the users who stay together, and says how many users went.
    fn leave_out_short_users(&mut self) -> usize {
        let mut kept = Vec::with_capacity(self.runs.len());
        let mut length = 0;
        for run in 0..self.runs.len() {
            let of_user = self.runs[run].begin..self.end(run);
            if of_user.len() < FEWEST {
                continue;
            }
            kept.push(Run { user: self.runs[run].user, begin: length });
            let end = length + of_user.len();
            self.films.copy_within(of_user.clone(), length);
            self.times.copy_within(of_user, length);
            length = end;
        }
        let left_out = self.runs.len() - kept.len();
        self.runs = kept;
        self.films.truncate(length);
        self.times.truncate(length);
        left_out
    }

    /// Puts item numbers in the place of film ids.
    fn number_films(&mut self) -> Result<Vocabulary, Error> {
        let mut ids = Vec::new();
        let mut items: HashMap<u32, u32> = HashMap::new();
        for film in &mut self.films {
            let id = *film;
            *film = *items.entry(id).or_insert_with(|| {
                ids.push(id.into());
                ids.len() as u32
            });
        }
        Vocabulary::from_ids(ids)
    }

    fn into_interactions(mut self, item_count: u32) -> Interactions {
        self.films.shrink_to_fit();
        self.times.shrink_to_fit();
        let ends = std::iter::once(self.films.len());
        let offsets = self.runs.iter().map(|run| run.begin).chain(ends).collect();
        let users = self.runs.iter().map(|run| run.user).collect();
        Interactions::from_parts(offsets, self.films, self.times, users, item_count)
    }
}
