use std::collections::HashMap;
use std::path::{Path, PathBuf};

use filmlens_domain::{Film, MovieLensId, Rating};

use super::parse_id;
use crate::csv_table::file_name;
use crate::lines::Lines;
use crate::{Error, Rejection};

/// The file of ratings in a MovieLens folder, where there is one.
pub fn ratings_file(folder: &Path) -> Option<PathBuf> {
    ["ratings.csv", "ratings.dat"].map(|name| folder.join(name)).into_iter().find(|path| path.is_file())
}

/// Gives every film that was rated its mean, on the catalogue's scale of ten, and its number of votes.
pub(super) fn add_ratings(
    path: &Path,
    films: &mut [Film],
    rejections: &mut Vec<Rejection>,
) -> Result<(), Error> {
    let mut sums: HashMap<MovieLensId, Sum> = HashMap::new();
    let mut rows = RatingRows::open(path)?;
    while let Some(row) = rows.next()? {
        match row {
            Ok(row) => sums.entry(row.film).or_default().add(row.stars),
            Err(rejection) => rejections.push(rejection),
        }
    }
    for film in films {
        if let Some(sum) = film.ids.movielens().and_then(|id| sums.get(&id)) {
            film.rating = Rating::new(2.0 * sum.mean()).ok();
            film.votes = Film::parse_votes(sum.votes).ok();
        }
    }
    Ok(())
}

#[derive(Default)]
struct Sum {
    stars: f64,
    votes: i64,
}

impl Sum {
    fn add(&mut self, stars: f64) {
        self.stars += stars;
        self.votes += 1;
    }

    fn mean(&self) -> f64 {
        self.stars / self.votes as f64
    }
}

/// "userId,movieId,rating,timestamp".
pub(crate) struct RatingRow {
    pub(crate) user: i64,
    pub(crate) film: MovieLensId,
    pub(crate) stars: f64,
    pub(crate) timestamp: i64,
}

/// The rows of `ratings.csv` or `ratings.dat`, read line by line.
pub(crate) struct RatingRows {
    lines: Lines,
    separator: &'static str,
}

impl RatingRows {
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let file = file_name(path);
        Ok(Self { separator: separator(&file), lines: Lines::open(path, &file)? })
    }

    pub(crate) fn open_hashed(path: &Path) -> Result<Self, Error> {
        let file = file_name(path);
        Ok(Self { separator: separator(&file), lines: Lines::open_hashed(path, &file)? })
    }

    /// The next row, or why it cannot be used.
    pub(crate) fn next(&mut self) -> Result<Option<Result<RatingRow, Rejection>>, Error> {
        while let Some(line) = self.lines.next()? {
            let (number, is_unfinished) = (line.number, line.is_unfinished);
            let row = match line.text().map(str::trim_end) {
                Ok(row) if row.is_empty() || number == 1 && row.starts_with("userId") => continue,
                Ok(row) => parse(row, self.separator),
                Err(reason) => Err(reason),
            };
            let file = || self.lines.file().to_owned();
            return match row {
                Ok(row) => Ok(Some(Ok(row))),
                Err(_) if is_unfinished => Err(Error::CutOff { file: file(), line: number }),
                Err(reason) => Ok(Some(Err(Rejection { file: file(), line: number, reason }))),
            };
        }
        Ok(None)
    }

    pub(crate) fn file(&self) -> &str {
        self.lines.file()
    }

    /// The number of the last line, if it was read and has no end: its timestamp may have lost digits.
    pub(crate) fn unfinished_line(&self) -> Option<u64> {
        self.lines.unfinished_line()
    }

    /// The SHA-256 of the file, when it was opened for it and read to its end.
    pub(crate) fn sha256(self) -> String {
        self.lines.sha256()
    }
}

fn separator(file: &str) -> &'static str {
    if file.ends_with(".dat") { "::" } else { "," }
}

fn parse(row: &str, separator: &str) -> Result<RatingRow, String> {
    let mut fields = row.split(separator);
    let (Some(user), Some(film), Some(stars), Some(timestamp), None) =
        (fields.next(), fields.next(), fields.next(), fields.next(), fields.next())
    else {
        return Err(format!("has {} fields instead of 4", row.split(separator).count()));
    };
    let positive = user.trim().parse().ok().filter(|user: &i64| *user > 0);
    let stars = stars.parse().ok().filter(|stars: &f64| (0.5..=5.0).contains(stars));
    let seconds = timestamp.trim().parse();
    Ok(RatingRow {
        user: positive.ok_or_else(|| format!("userId must be a positive whole number, not {user:?}"))?,
        film: parse_id(film)?,
        stars: stars.ok_or("rating must be between 0.5 and 5")?,
        timestamp: seconds.map_err(|_| format!("timestamp must be a whole number, not {timestamp:?}"))?,
    })
}
