use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use tempfile::TempDir;

pub(crate) const USERS: usize = 40;
pub(crate) const FILMS: usize = 30;

/// A folder with `ratings/`, as MovieLens has them, and `histories/`, the same without stars.
pub(crate) fn workplace() -> TempDir {
    let place = tempfile::tempdir().unwrap();
    write_ratings(&place.path().join("ratings"));
    write_sequences(&place.path().join("histories"));
    place
}

/// What a user watched, oldest first: half of the users keep to the first half of the films, and the others to the rest.
fn watched(user: usize) -> impl Iterator<Item = usize> {
    let half = FILMS / 2;
    (0..10 + user % 4).map(move |place| (user % 2) * half + (user * 7 + place * (1 + user % 3)) % half + 1)
}

/// The user's films without repetition.
pub(crate) fn history(user: usize) -> Vec<usize> {
    let mut history = Vec::new();
    for film in watched(user) {
        if !history.contains(&film) {
            history.push(film);
        }
    }
    history
}

/// Users are mild or severe, and films good or bad.
pub(crate) fn stars(user: usize, film: usize) -> f64 {
    let stars = 2.5 + 0.5 * (user % 3) as f64 + 0.5 * (film % 4) as f64 - 0.5 * ((user + film) % 2) as f64;
    stars.clamp(0.5, 5.0)
}

/// The film of number n has the id 10 n.
pub(crate) fn write_ratings(folder: &Path) {
    let mut ratings = "userId,movieId,rating,timestamp\n".to_owned();
    for user in 0..USERS {
        for (place, film) in history(user).into_iter().enumerate() {
            let (stars, time) = (stars(user, film), 1_000_000_000 + place * 86_400 + user);
            writeln!(ratings, "{},{},{stars:.1},{time}", user + 1, 10 * film).unwrap();
        }
    }
    let mut films = "movieId,title,genres\n".to_owned();
    for film in 1..=FILMS {
        let genres = ["Comedy", "Drama|Crime", "Comedy|Drama", "Western"][film % 4];
        writeln!(films, "{},\"Story {film}, The ({})\",{genres}", 10 * film, 1950 + film).unwrap();
    }
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join("ratings.csv"), ratings).unwrap();
    fs::write(folder.join("movies.csv"), films).unwrap();
}

pub(crate) fn write_sequences(folder: &Path) {
    let mut text = String::new();
    for user in 0..USERS {
        let history: Vec<String> = history(user).iter().map(ToString::to_string).collect();
        writeln!(text, "{}", history.join(" ")).unwrap();
    }
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join("sequences.txt"), text).unwrap();
}

/// What lies in a folder, sorted.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
