#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use filmlens_datasets::generate::{Catalogue, CatalogueSize, write_films};
use filmlens_datasets::movielens;
use filmlens_domain::{Film, Text};

fn texts<const MAX: usize>(texts: &[Text<MAX>]) -> Vec<&str> {
    texts.iter().map(Text::as_str).collect()
}

fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

#[test]
fn the_files_of_a_folder_are_joined() {
    let folder = folder(&[
        ("movies.csv", b"movieId,title,genres\n1,Toy Story (1995),Animation|Children's|Comedy\n2,\"Postman, The (Postino, Il) (1994)\",(no genres listed)\n"),
        ("links.csv", b"movieId,imdbId,tmdbId\n1,0114709,862\n2,0110877,\n3,x,\n"),
        ("keywords.csv", b"movieId,tmdbId,keywords\n1,862,jealousy|toy\n"),
        ("tags.csv", b"userId,movieId,tag,timestamp\n1,1,Pixar,1\n2,1,pixar,2\n3,1,Toy,3\n3,1,funny,3\n"),
    ]);
    let parsed = movielens::load(folder.path()).unwrap();
    let [toy_story, postman] = parsed.films.as_slice() else { panic!("{parsed:?}") };
    assert_eq!(toy_story.ids.imdb().unwrap().as_str(), "tt0114709");
    assert_eq!(toy_story.ids.movielens().unwrap().get(), 1);
    assert_eq!(texts(&toy_story.genres), ["Animation", "Children", "Comedy"]);
    assert_eq!(texts(&toy_story.keywords), ["jealousy", "toy", "pixar", "funny"]);
    assert_eq!((postman.title.as_str(), postman.year.unwrap().get()), ("The Postman", 1994));
    assert!(postman.genres.is_empty() && postman.ids.tmdb().is_none());
    assert_eq!(parsed.rejections[0].to_string(), "links.csv:4: imdbId must be an IMDb id such as tt0111161");
}

#[test]
fn two_films_with_one_link_both_stay() {
    let folder = folder(&[
        ("movies.csv", b"movieId,title,genres\n1,A (1995),Drama\n2,B (1995),Drama\n"),
        ("links.csv", b"movieId,imdbId,tmdbId\n1,1,7\n2,2,7\n"),
    ]);
    let parsed = movielens::load(folder.path()).unwrap();
    assert_eq!(parsed.repeated, 1);
    assert!(parsed.films[0].ids.tmdb().is_none());
    assert_eq!(parsed.films[1].ids.tmdb().unwrap().to_string(), "7");
}

#[test]
fn the_1m_set_is_latin_1() {
    let folder = folder(&[(
        "movies.dat",
        b"73::Mis\xe9rables, Les (1995)::Drama|Musical\nbroken\n5::X (1)::Children's\n",
    )]);
    let parsed = movielens::load(folder.path()).unwrap();
    assert_eq!(parsed.films[0].title.as_str(), "Les Misérables");
    assert_eq!(texts(&parsed.films[1].genres), ["Children"]);
    assert_eq!(parsed.rejections[0].to_string(), "movies.dat:2: has 1 fields instead of 3");
}

#[test]
fn ratings_become_means_and_votes() {
    let movies: (&str, &[u8]) = ("movies.csv", b"movieId,title,genres\n1,A (1995),Drama\n2,B (1995),Drama\n");
    let ratings = b"userId,movieId,rating,timestamp\n1,1,4.0,5\n2,1,3.5,6\n2,1,9,6\nnonsense\n";
    let whole = folder(&[movies, ("ratings.csv", ratings)]);
    let parsed = movielens::load_with_ratings(whole.path()).unwrap();
    assert_eq!((parsed.films[0].rating.unwrap().get(), parsed.films[0].votes), (7.5, Some(2)));
    assert_eq!((parsed.films[1].rating, parsed.films[1].votes), (None, None));
    let reasons: Vec<String> = parsed.rejections.iter().map(ToString::to_string).collect();
    assert_eq!(
        reasons,
        ["ratings.csv:4: rating must be between 0.5 and 5", "ratings.csv:5: has 1 fields instead of 4"]
    );

    let cut = folder(&[movies, ("ratings.csv", b"userId,movieId,rating,timestamp\n1,1,4.0,5\n2,1")]);
    assert!(matches!(
        movielens::load_with_ratings(cut.path()),
        Err(filmlens_datasets::Error::CutOff { line: 3, .. })
    ));
    let one_m = folder(&[("movies.dat", b"1::A (1995)::Drama\n"), ("ratings.dat", b"1::1::5::978300760\n")]);
    assert_eq!(movielens::load_with_ratings(one_m.path()).unwrap().films[0].votes, Some(1));
}

#[test]
fn a_generated_folder_is_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let catalogue = Catalogue::new(CatalogueSize { films: 300, votes: 10_000 }, 1);
    write_films(folder.path(), catalogue.films()).unwrap();
    let parsed = movielens::load(folder.path()).unwrap();
    assert_eq!((parsed.films.len(), parsed.rejections.len(), parsed.repeated), (300, 0, 0));
    for (read, made) in parsed.films.iter().zip(catalogue.films()) {
        assert_eq!(
            (&read.ids, &read.title, read.year, &read.genres),
            (&made.ids, &made.title, made.year, &made.genres)
        );
        assert_eq!(read.keywords.len(), made.keywords.len());
    }
}

/// Development data that lies beside the repository, where there is any.
fn shared(name: &str) -> Option<PathBuf> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    if !shared.is_dir() {
        eprintln!("SKIPPED: ../shared is absent, so {name} was not tested");
        return None;
    }
    Some(shared.join("data").join(name))
}

#[test]
fn latest_small_is_read_whole() {
    let Some(folder) = shared("ml-latest-small") else { return };
    let parsed = movielens::load(&folder).unwrap();
    assert_eq!((parsed.read, parsed.films.len(), parsed.rejections.len()), (9_742, 9_742, 0));
    let titled =
        |title: &str| -> &Film { parsed.films.iter().find(|film| film.title.as_str() == title).unwrap() };
    assert_eq!(titled("The Godfather").ids.imdb().unwrap().as_str(), "tt0068646");
    assert_eq!(titled("Das Boot").year.unwrap().get(), 1981);
    assert!(!titled("Toy Story").keywords.is_empty());
    let left_over = parsed.films.iter().filter(|film| film.title.as_str().ends_with(", The"));
    assert_eq!(left_over.count(), 0);
    assert!(parsed.films.iter().filter(|film| film.year.is_none()).count() < 20);
}
