use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};

use filmlens_domain::{Film, MovieLensId, Rating};

use super::parse_id;
use crate::csv_table::file_name;
use crate::{Error, Rejection};

/// The file of ratings in a MovieLens folder, where there is one.
pub fn ratings_file(folder: &Path) -> Option<PathBuf> {
    ["ratings.csv", "ratings.dat"].map(|name| folder.join(name)).into_iter().find(|path| path.is_file())
}

/// Gives every film that was rated its mean, on the catalogue's scale of ten, and its number of votes. The file is read
/// line by line: that of 32M has 900 MB.
pub(super) fn add_ratings(
    path: &Path,
    films: &mut [Film],
    rejections: &mut Vec<Rejection>,
) -> Result<(), Error> {
    let unreadable = |source| Error::Read { path: path.to_owned(), source };
    let file = file_name(path);
    let separator = if file.ends_with(".dat") { "::" } else { "," };
    let mut reader = BufReader::with_capacity(1 << 20, File::open(path).map_err(unreadable)?);
    let mut sums: HashMap<MovieLensId, Sum> = HashMap::new();
    let mut bytes = Vec::new();
    for line in 1.. {
        bytes.clear();
        if reader.read_until(b'\n', &mut bytes).map_err(unreadable)? == 0 {
            break;
        }
        let text = String::from_utf8_lossy(&bytes);
        let row = text.trim_end();
        if row.is_empty() || line == 1 && row.starts_with("userId") {
            continue;
        }
        match parse(row, separator) {
            Ok((film, stars)) => sums.entry(film).or_default().add(stars),
            Err(_) if !bytes.ends_with(b"\n") => return Err(Error::CutOff { file, line }),
            Err(reason) => rejections.push(Rejection { file: file.clone(), line, reason }),
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

/// Film and stars of "userId,movieId,rating,timestamp".
fn parse(row: &str, separator: &str) -> Result<(MovieLensId, f64), String> {
    let mut fields = row.split(separator);
    let (Some(_user), Some(film), Some(stars), Some(_timestamp), None) =
        (fields.next(), fields.next(), fields.next(), fields.next(), fields.next())
    else {
        return Err(format!("has {} fields instead of 4", row.split(separator).count()));
    };
    let stars = stars.parse().ok().filter(|stars: &f64| (0.5..=5.0).contains(stars));
    Ok((parse_id(film)?, stars.ok_or("rating must be between 0.5 and 5")?))
}
