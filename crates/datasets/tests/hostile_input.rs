//! No file makes a loader panic, and none that is cut short loads anything.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

use filmlens_datasets::{Error, filmlens_csv, movielens, tmdb_csv};
use proptest::prelude::*;

const FILMLENS: &str = "movie_name;imdbId;tmdbId;year;runtime;genre;director;star;rating;description\n\
    \"The Godfather\";tt0068646;238;1972;2h 55min;Crime, Drama;Francis Ford Coppola;\"Al Pacino\nJames Caan\";9.2;\"A \"\"family\"\"\"\n";
const TMDB: &str = "id,title,imdb_id,genres,keywords,release_date,runtime,vote_average,vote_count,overview,status,adult\n\
    238,The Godfather,tt0068646,\"[{\"\"id\"\": 18, \"\"name\"\": \"\"Drama\"\"}]\",mafia,1972-03-14,175,8.7,20000,Mafia.,Released,False\n";
const MOVIES: &str = "movieId,title,genres\n858,\"Godfather, The (1972)\",Crime|Drama\n";
const LINKS: &str = "movieId,imdbId,tmdbId\n858,0068646,238\n";

/// The text with some bytes overwritten and the rest cut off.
fn damaged(text: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let changes = prop::collection::vec((0..text.len(), any::<u8>()), 0..6);
    (changes, 0..=text.len()).prop_map(move |(changes, length)| {
        let mut bytes = text.as_bytes().to_vec();
        for (index, byte) in changes {
            bytes[index] = byte;
        }
        bytes.truncate(length);
        bytes
    })
}

fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

proptest! {
    #[test]
    fn damaged_csv_never_panics(filmlens in damaged(FILMLENS), tmdb in damaged(TMDB), noise in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = filmlens_csv::parse("f.csv", filmlens);
        let _ = tmdb_csv::parse("t.csv", tmdb);
        let _ = filmlens_csv::parse("f.csv", noise.clone());
        let _ = tmdb_csv::parse("t.csv", noise);
    }

    #[test]
    fn hostile_fields_never_panic(fields in prop::collection::vec("\\PC{0,12}|[0-9.hmine+-]{0,25}", 10)) {
        let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
        writer.write_record(FILMLENS.lines().next().unwrap().split(';')).unwrap();
        writer.write_record(&fields).unwrap();
        let parsed = filmlens_csv::parse("f.csv", writer.into_inner().unwrap()).unwrap();
        prop_assert_eq!(parsed.films.len() + parsed.rejections.len(), 1);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn damaged_folders_never_panic(movies in damaged(MOVIES), links in damaged(LINKS), dat in prop::collection::vec(any::<u8>(), 0..100)) {
        let _ = movielens::load(folder(&[("movies.csv", &movies), ("links.csv", &links)]).path());
        let _ = movielens::load(folder(&[("movies.dat", &dat)]).path());
    }
}

#[test]
fn a_file_cut_within_its_last_row_is_refused_or_whole() {
    for length in FILMLENS.lines().next().unwrap().len() + 2..FILMLENS.len() - 1 {
        let cut = FILMLENS.as_bytes()[..length].to_vec();
        match filmlens_csv::parse("f.csv", cut) {
            Err(Error::CutOff { .. } | Error::UnterminatedQuote { .. }) => {}
            other => assert!(FILMLENS[..length].matches(';').count() == 18, "cut at {length}: {other:?}"),
        }
    }
}

#[test]
fn a_folder_without_films_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = movielens::load(folder.path()).unwrap_err();
    assert!(matches!(error, Error::NoMovies { .. }));
    assert!(error.to_string().contains("movies.csv"));
    assert!(matches!(filmlens_csv::load(Path::new("/absent.csv")), Err(Error::Read { .. })));
}
