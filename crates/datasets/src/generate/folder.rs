use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use filmlens_domain::Film;

use super::TimedRating;
use crate::movielens::join_title;

/// When the tags of generated films were given.
const TAGGED_AT: i64 = 1_500_000_000;

/// Writes films as MovieLens does: `movies.csv`, `links.csv` and, for the keywords, `tags.csv`.
pub fn write_films(folder: &Path, films: impl IntoIterator<Item = Film>) -> io::Result<()> {
    let mut movies = csv::Writer::from_path(folder.join("movies.csv"))?;
    let mut links = csv::Writer::from_path(folder.join("links.csv"))?;
    let mut tags = csv::Writer::from_path(folder.join("tags.csv"))?;
    movies.write_record(["movieId", "title", "genres"])?;
    links.write_record(["movieId", "imdbId", "tmdbId"])?;
    tags.write_record(["userId", "movieId", "tag", "timestamp"])?;
    for film in films {
        let Some(id) = film.ids.movielens() else { continue };
        let id = id.get().to_string();
        let genres: Vec<&str> = film.genres.iter().map(AsRef::as_ref).collect();
        let genres = if genres.is_empty() { "(no genres listed)".to_owned() } else { genres.join("|") };
        movies.write_record([&id, &join_title(film.title.as_str(), film.year), &genres])?;
        let imdb = film.ids.imdb().map_or("", |id| id.as_str().trim_start_matches("tt"));
        let tmdb = film.ids.tmdb().map_or_else(String::new, |id| id.to_string());
        links.write_record([&id, imdb, &tmdb])?;
        for keyword in &film.keywords {
            tags.write_record(["1", &id, keyword.as_str(), &TAGGED_AT.to_string()])?;
        }
    }
    movies.flush()?;
    links.flush()?;
    tags.flush()
}

/// Writes `ratings.csv`. `done` hears of every rating written.
pub fn write_ratings(
    folder: &Path,
    ratings: impl IntoIterator<Item = TimedRating>,
    mut done: impl FnMut(),
) -> io::Result<()> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(folder.join("ratings.csv"))?);
    writeln!(file, "userId,movieId,rating,timestamp")?;
    for TimedRating { user, film, stars, timestamp } in ratings {
        writeln!(file, "{user},{},{:.1},{timestamp}", film.get(), stars.stars())?;
        done();
    }
    file.flush()
}
