use std::fs;
use std::path::Path;

use crate::program::run;

fn generate(folder: &Path, arguments: &[&str]) -> Vec<Vec<u8>> {
    let to = ["--to", folder.to_str().unwrap()];
    run(["generate"].iter().chain(arguments).chain(&to)).succeeded();
    let names = ["movies.csv", "links.csv", "tags.csv", "ratings.csv"];
    names.iter().map(|name| fs::read(folder.join(name)).unwrap()).collect()
}

#[test]
fn the_same_seed_gives_the_same_files() {
    let folder = tempfile::tempdir().unwrap();
    let size = ["movielens", "--films", "300", "--users", "50", "--ratings", "4000"];
    let first = generate(&folder.path().join("a"), &size);
    assert_eq!(first, generate(&folder.path().join("b"), &size));
    let other_seed: Vec<&str> = size.into_iter().chain(["--seed", "2"]).collect();
    assert_ne!(first, generate(&folder.path().join("c"), &other_seed));
    let lines = |file: &[u8]| file.split(|byte| *byte == b'\n').count() - 2;
    assert_eq!((lines(&first[0]), lines(&first[1]), lines(&first[3])), (300, 300, 4000));
    assert!(first[3].starts_with(b"userId,movieId,rating,timestamp\n1,"));
}

#[test]
fn demo_users_rate_the_demo_catalogue() {
    let folder = tempfile::tempdir().unwrap();
    let files = generate(&folder.path().join("demo"), &["demo-users", "--users", "20"]);
    let movies = String::from_utf8(files[0].clone()).unwrap();
    let ratings = String::from_utf8(files[3].clone()).unwrap();
    let rated = ratings.lines().nth(1).unwrap().split(',').nth(1).unwrap();
    assert!(movies.contains(&format!("\n{rated},")), "{rated} is a film");
}

#[test]
fn an_existing_folder_is_left_alone_and_impossible_sizes_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().to_str().unwrap();
    run(["generate", "demo-users", "--to", to]).failed_with("exists already");
    let new = folder.path().join("new");
    let new = new.to_str().unwrap();
    run(["generate", "movielens", "--films", "2", "--users", "2", "--ratings", "5", "--to", new])
        .failed_with("fewer than 5 ratings");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
