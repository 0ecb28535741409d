use std::fs;
use std::path::Path;

use crate::data::{RECIPE, names, train, trained, workplace, write_movielens};
use crate::program::run_line;

/// Nothing but what was there before: no model, no checkpoint, no record.
#[track_caller]
fn check_untouched(place: &Path) {
    assert_eq!(names(place), ["data", "recipe.toml"]);
}

#[test]
fn a_recipe_with_a_mistake_is_refused_by_the_name_of_the_field() {
    let place = workplace();
    for (right, wrong, said) in [
        ("dropout = 0.1", "dropout = -0.1", "training.dropout must lie between 0 and 1"),
        ("dropout = 0.1", "dropouts = 0.1", "unknown field `dropouts`"),
        ("heads = 2", "heads = 3", "heads must divide the dimension, 16"),
        ("epochs = 8", "epochs = 0", "training.epochs must be at least 1"),
        ("seed = 3", "", "missing field `seed`"),
        ("learning_rate = 0.01", "learning_rate = nan", "training.learning_rate must be a number above 0"),
        ("kind = \"full-softmax\"", "kind = \"softmax\"", "unknown variant `softmax`"),
        ("[loss]", "[loss", "recipe.toml"),
    ] {
        fs::write(place.path().join("recipe.toml"), RECIPE.replace(right, wrong)).unwrap();
        let run = train(place.path(), "").failed_with(said);
        assert!(run.stderr.contains("the recipe recipe.toml is not right"), "{}", run.stderr);
        check_untouched(place.path());
    }
}

#[test]
fn an_unknown_recipe_is_answered_with_those_there_are() {
    let place = workplace();
    let run = run_line(place.path(), "train --data data --config fast --out model");
    run.failed_with(
        "fast is neither a recipe (default, demo, gated, gsasrec-ml1m, gsasrec-ml32m) nor a file",
    );
    check_untouched(place.path());
}

#[test]
fn a_folder_without_histories_is_refused() {
    let place = workplace();
    let run = run_line(place.path(), "train --data nowhere --config recipe.toml --out model");
    run.failed_with("nowhere holds no histories: looked for sequences.txt");
    fs::create_dir(place.path().join("empty")).unwrap();
    let run = run_line(place.path(), "eval --data empty --model model");
    run.failed_with("model holds no manifest.json");
    fs::remove_dir(place.path().join("empty")).unwrap();
    check_untouched(place.path());
}

#[test]
fn bad_lines_are_named_with_their_file() {
    let place = workplace();
    fs::write(place.path().join("data/sequences.txt"), "1 2 3\n4 x 6\n\n7 0 8\n").unwrap();
    let run = train(place.path(), "").failed_with("the data has 3 problems");
    let lines =
        ["sequences.txt:2: has \"x\"", "sequences.txt:3: is an empty history", "sequences.txt:4: has item 0"];
    for line in lines {
        assert!(run.stderr.contains(line), "{line} in {}", run.stderr);
    }
    check_untouched(place.path());

    fs::remove_file(place.path().join("data/sequences.txt")).unwrap();
    write_movielens(&place.path().join("data"));
    let ratings = place.path().join("data/ratings.csv");
    let text = fs::read_to_string(&ratings).unwrap().replacen("4.0", "nine", 1);
    fs::write(&ratings, text).unwrap();
    train(place.path(), "").failed_with("ratings.csv:2: rating must be between 0.5 and 5");
    check_untouched(place.path());
}

#[test]
fn a_data_set_that_is_too_small_is_refused_before_anything_is_written() {
    let place = workplace();
    let sequences = place.path().join("data/sequences.txt");
    for (text, said) in [
        ("", "sequences.txt is empty"),
        ("1\n2\n3\n", "nobody has two items to train on"),
        ("1 2\n2 1\n", "there is nobody to validate on"),
        ("1 2 3\n", "nobody has two items to train on"),
    ] {
        fs::write(&sequences, text).unwrap();
        train(place.path(), "").failed_with(said);
        check_untouched(place.path());
    }
}

#[test]
fn a_folder_that_holds_something_else_is_not_replaced() {
    let place = workplace();
    fs::create_dir(place.path().join("model")).unwrap();
    fs::write(place.path().join("model/thesis.txt"), "years of work").unwrap();
    train(place.path(), "").failed_with("thesis.txt would be lost");
    assert_eq!(names(place.path()), ["data", "model", "recipe.toml"]);
    assert_eq!(names(&place.path().join("model")), ["thesis.txt"]);
}

#[test]
fn the_name_of_the_baseline_is_not_for_a_model() {
    let place = workplace();
    train(place.path(), "--name popularity").failed_with("popularity");
    check_untouched(place.path());
}

#[test]
fn out_must_be_a_folder_with_a_name() {
    let place = workplace();
    for out in [".", "..", "/"] {
        let run = run_line(place.path(), &format!("train --data data --config recipe.toml --out {out}"));
        run.failed_with("--out must be a folder with a name");
        check_untouched(place.path());
    }
}

#[test]
fn damaged_weights_are_refused_by_name() {
    let place = trained();
    let weights = place.path().join("model/weights.safetensors");
    let mut bytes = fs::read(&weights).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&weights, &bytes).unwrap();
    let commands = ["eval --data data --model", "score --history 1", "export-embeddings --out vectors"];
    for command in commands {
        let run = run_line(place.path(), &format!("{command} model"));
        let run = run.failed_with("weights.safetensors has the SHA-256");
        assert!(run.stderr.contains("the model in model cannot be used"), "{}", run.stderr);
    }
    fs::write(&weights, &bytes[..middle]).unwrap();
    run_line(place.path(), "eval --data data --model model").failed_with("weights.safetensors has");
    assert!(!place.path().join("vectors").exists());
}

#[test]
fn wrong_arguments_are_explained() {
    let place = workplace();
    for (line, said) in [
        ("train --data data", "--out <FOLDER>"),
        ("train --data data --out model --epochs 0", "0 is not in 1"),
        ("train --data data --out model --threads 0", "0 is not in 1"),
        ("train --data data --out model --tracking-uri here", "relative URL without a base"),
        ("fly", "unrecognized subcommand 'fly'"),
    ] {
        run_line(place.path(), line).failed_with(said);
        check_untouched(place.path());
    }
}

#[test]
fn a_gpu_that_is_not_there_is_not_waited_for() {
    if tch::Cuda::is_available() {
        return;
    }
    let place = workplace();
    train(place.path(), "--device cuda").failed_with("--device cpu does without");
    check_untouched(place.path());
}
