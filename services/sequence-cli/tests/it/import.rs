use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::data::{manifest, names};
use crate::program::{Run, run, run_line};

/// Small weights under the names of the reference, made by its twin in Python.
pub(crate) const WEIGHTS: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../crates/gsasrec/tests/golden/separate.safetensors");

pub(crate) fn import(place: &Path, further: &str) -> Run {
    let line = format!("import {WEIGHTS} --heads 2 --max-length 10 --out model {further}");
    run_line(place, &line)
}

/// 110, 120 and so on up to 330.
fn write_ids(place: &Path, count: usize) {
    let ids: String = (1..=count).map(|item| format!("{}\n", 100 + 10 * item)).collect();
    fs::write(place.join("ids.txt"), ids).unwrap();
}

pub(crate) fn imported_with_ids() -> TempDir {
    let place = tempfile::tempdir().unwrap();
    write_ids(place.path(), 23);
    import(place.path(), "--ids ids.txt").succeeded();
    place
}

#[test]
fn weights_of_the_reference_become_a_model() {
    let place = tempfile::tempdir().unwrap();
    let run = import(place.path(), "").succeeded();
    assert!(run.stdout.contains("23 items, 8 numbers each, 2 blocks"), "{}", run.stdout);
    let manifest = manifest(&place.path().join("model"));
    assert_eq!((manifest.name.as_str(), manifest.vocabulary.items), ("separate", 23));
    assert_eq!(manifest.hyper_parameters["model"]["heads"], 2);
    assert_eq!(names(place.path()), ["model"]);
}

#[test]
fn what_the_weights_contradict_is_refused() {
    let place = tempfile::tempdir().unwrap();
    write_ids(place.path(), 22);
    for (further, said) in [
        ("--ids ids.txt", "the model has 23 items, and there are 22 ids"),
        ("--ids nowhere.txt", "cannot read nowhere.txt"),
        ("--heads 3", "heads must divide the dimension, 8"),
        ("--max-length 50", "is 50, but the weights have 10 positions"),
    ] {
        let mut arguments: Vec<&str> = vec!["import", WEIGHTS, "--out", "model"];
        for usual in [["--heads", "2"], ["--max-length", "10"]] {
            if !further.starts_with(usual[0]) {
                arguments.extend(usual);
            }
        }
        arguments.extend(further.split(' '));
        run(place.path(), arguments).failed_with(said);
        assert_eq!(names(place.path()), ["ids.txt"]);
    }
}

#[test]
fn ids_that_are_no_ids_are_named_with_their_line() {
    let place = tempfile::tempdir().unwrap();
    for (text, said) in [
        ("1\ntwo\n3\n", "ids.txt, line 2: \"two\" is not an id"),
        ("1\n7\n7\n", "items 2 and 3 have the same id, 7"),
        ("1\n0\n", "item 2 has the id 0"),
    ] {
        fs::write(place.path().join("ids.txt"), text).unwrap();
        import(place.path(), "--ids ids.txt").failed_with(said);
    }
    assert_eq!(names(place.path()), ["ids.txt"]);
}

#[test]
fn files_that_hold_no_weights_are_refused() {
    let place = tempfile::tempdir().unwrap();
    let whole = fs::read(WEIGHTS).unwrap();
    fs::write(place.path().join("torn.safetensors"), &whole[..whole.len() / 2]).unwrap();
    fs::write(place.path().join("text.safetensors"), "PK is what torch.save writes").unwrap();
    for (file, said) in [
        ("torn.safetensors", "torn.safetensors is not the state dict of a gSASRec model"),
        ("text.safetensors", "the weights are not a whole safetensors file"),
        ("nowhere.safetensors", "cannot read nowhere.safetensors"),
    ] {
        let line = format!("import {file} --heads 2 --max-length 10 --out model");
        run_line(place.path(), &line).failed_with(said);
        assert!(!place.path().join("model").exists());
    }
}

#[test]
fn nobody_knows_what_an_imported_model_was_trained_on() {
    let place = tempfile::tempdir().unwrap();
    import(place.path(), "").succeeded();
    let data = place.path().join("data");
    fs::create_dir(&data).unwrap();
    let line =
        |first: u32| (0..9).map(|step| ((first + step) % 23 + 1).to_string()).collect::<Vec<_>>().join(" ");
    let lines: String = (0..23).map(|user| line(user) + "\n").collect();
    fs::write(data.join("sequences.txt"), lines).unwrap();
    let run = run_line(place.path(), "eval --data data --model model").succeeded();
    assert!(run.stderr.contains("nobody knows what this model was trained on"), "{}", run.stderr);
    import(place.path(), "--name popularity").failed_with("give this one another name with --name");
}
