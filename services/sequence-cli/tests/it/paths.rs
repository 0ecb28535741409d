use std::fs;

use crate::data::{names, trained, workplace};
use crate::program::{program, run, run_line};

#[test]
fn relative_paths_start_where_the_program_is_called() {
    let place = workplace();
    let elsewhere = place.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    let line = "train --data ../data --config ../recipe.toml --out deep/model/ --runs records";
    run_line(&elsewhere, line).succeeded();
    assert_eq!(names(&elsewhere), ["deep", "records"]);
    assert_eq!(names(&elsewhere.join("deep")), ["model"]);
    run_line(&elsewhere, "eval --data ../data/ --model ./deep/model --plot ../plot.svg").succeeded();
    assert!(place.path().join("plot.svg").exists());
    let model = elsewhere.join("deep/model");
    run(place.path(), ["score", "--history", "1,2", model.to_str().unwrap()]).succeeded();
}

#[test]
fn the_record_of_a_training_lies_beside_the_model() {
    let place = workplace();
    let out = place.path().join("models/mine");
    let arguments = ["train", "--data", "data", "--config", "recipe.toml", "--out", out.to_str().unwrap()];
    run(place.path(), arguments).succeeded();
    assert_eq!(names(&place.path().join("models")), ["mine", "runs"]);
}

#[test]
fn an_empty_environment_is_enough() {
    let place = trained();
    let mut command = program(place.path(), ["score", "model", "--history", "1"]);
    let output = command.env_clear().output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[test]
fn folders_whose_names_have_blanks_and_accents_work() {
    let place = workplace();
    let out = place.path().join("mein schönes Modell");
    let out = out.to_str().unwrap();
    run(place.path(), ["train", "--data", "data", "--config", "recipe.toml", "--out", out]).succeeded();
    run(place.path(), ["eval", "--data", "data", "--model", out]).succeeded();
}

#[test]
fn a_file_that_cannot_be_written_is_named() {
    let place = trained();
    let run = run_line(place.path(), "eval --data data --model model --plot nowhere/plot.svg");
    run.failed_with("nowhere/plot.svg cannot be written");
    fs::write(place.path().join("occupied"), "").unwrap();
    run_line(place.path(), "export-embeddings model --out occupied").failed_with("cannot make occupied");
}
