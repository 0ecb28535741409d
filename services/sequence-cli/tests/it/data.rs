use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use filmlens_artifacts::Manifest;
use tempfile::TempDir;

use crate::program::{Run, run_line};

pub(crate) const USERS: usize = 48;
pub(crate) const ITEMS: usize = 40;

/// A folder with `data/`, whose users walk through the items with steps of their own, and `recipe.toml`.
pub(crate) fn workplace() -> TempDir {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("recipe.toml"), RECIPE).unwrap();
    write_sequences(&place.path().join("data"), ITEMS);
    place
}

pub(crate) fn write_sequences(folder: &Path, items: usize) {
    let mut text = String::new();
    for user in 0..USERS {
        let history: Vec<String> = history(user, items).map(|item| item.to_string()).collect();
        writeln!(text, "{}", history.join(" ")).unwrap();
    }
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join("sequences.txt"), text).unwrap();
}

/// 8 to 14 items, each some places further than the one before.
fn history(user: usize, items: usize) -> impl Iterator<Item = usize> {
    let stride = 1 + user % 3;
    (0..8 + user % 7).map(move |place| (user * 5 + place * stride) % items + 1)
}

/// The same histories as MovieLens has them: the film of item n has the id 10 n, and everybody watches all the time.
pub(crate) fn write_movielens(folder: &Path) {
    let mut ratings = "userId,movieId,rating,timestamp\n".to_owned();
    for user in 0..USERS {
        for (place, item) in history(user, ITEMS).enumerate() {
            let time = 1_000_000 + place * 1_000 + user;
            writeln!(ratings, "{},{},4.0,{time}", user + 1, 10 * item).unwrap();
        }
    }
    let mut films = "movieId,title,genres\n".to_owned();
    for item in 1..=ITEMS {
        let genres = ["Comedy", "Drama|Crime", "Comedy|Drama", "Western"][item % 4];
        writeln!(films, "{},Film {item} ({}),{genres}", 10 * item, 1950 + item).unwrap();
    }
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join("ratings.csv"), ratings).unwrap();
    fs::write(folder.join("movies.csv"), films).unwrap();
}

pub(crate) const RECIPE: &str = r#"
[model]
dimension = 16
heads = 2
blocks = 1
max_length = 20
feed_forward = 1
block = "reference"
positions = "from-end"
shared_table = true
scale_input = true

[loss]
kind = "full-softmax"

[training]
seed = 3
dropout = 0.1
batch_size = 16
learning_rate = 0.01
epochs = 8
validate_every = 2
patience = 4
coverage = "whole"
validation = "held-out"
averaging = 0.9
"#;

/// What chance decides in every step: dropout, negatives, and the borders of the windows.
pub(crate) fn write_random_recipe(place: &Path) {
    let recipe = RECIPE
        .replace("kind = \"full-softmax\"", "kind = \"gbce\"\nnegatives = 8\ncalibration = 0.75")
        .replace("dropout = 0.1", "dropout = 0.3\nattention_dropout = 0.2")
        .replace("max_length = 20", "max_length = 5")
        .replace("epochs = 8", "epochs = 12")
        .replace("validate_every = 2", "validate_every = 3")
        .replace("patience = 4", "patience = 40");
    fs::write(place.join("random.toml"), recipe).unwrap();
}

/// A model trained in `model/`.
pub(crate) fn trained() -> TempDir {
    let place = workplace();
    train(place.path(), "").succeeded();
    place
}

pub(crate) fn train(place: &Path, further: &str) -> Run {
    run_line(place, &format!("train --data data --config recipe.toml --out model --threads 1 {further}"))
}

pub(crate) fn manifest(model: &Path) -> Manifest {
    serde_json::from_slice(&fs::read(model.join("manifest.json")).unwrap()).unwrap()
}

pub(crate) fn weights_hash(model: &Path) -> String {
    manifest(model).files["weights.safetensors"].sha256.clone()
}

/// The names in a folder, sorted.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = entries.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    names
}
