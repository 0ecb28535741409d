use std::fs;

use crate::data::workplace;
use crate::program::run_line;

#[test]
fn a_folder_that_is_not_there_or_empty_is_named() {
    let place = workplace();
    fs::create_dir(place.path().join("empty")).unwrap();
    for command in ["cross-validate", "eval", "report"] {
        for folder in ["nowhere", "empty"] {
            let run = run_line(place.path(), &format!("{command} --data {folder}"));
            run.failed_with(folder);
        }
    }
}

#[test]
fn a_file_that_was_cut_off_is_refused() {
    let place = workplace();
    let path = place.path().join("ratings/ratings.csv");
    let whole = fs::read_to_string(&path).unwrap();
    fs::write(&path, &whole[..whole.len() - 3]).unwrap();
    for command in ["cross-validate", "eval", "report"] {
        run_line(place.path(), &format!("{command} --data ratings")).failed_with("ratings.csv");
    }
}

#[test]
fn an_unknown_method_or_model_is_answered_with_those_there_are() {
    let place = workplace();
    let run = run_line(place.path(), "eval --data ratings --methods magic");
    assert_eq!(run.code, Some(1));
    assert!(run.stderr.contains("is not a method; use one of popular"), "{}", run.stderr);
    run_line(place.path(), "cross-validate --data ratings --models magic").failed_with("knn-basic");
}

#[test]
fn a_bad_split_or_number_of_folds_is_refused() {
    let place = workplace();
    for wrong in ["--split 1.5", "--split 0", "--split x", "--folds 1", "--folds 5 --split 0.2"] {
        let run = run_line(place.path(), &format!("cross-validate --data ratings {wrong}"));
        assert_eq!(run.code, Some(1), "{wrong}");
        assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    }
    let few = "userId,movieId,rating,timestamp\n1,1,4.0,1\n2,1,3.0,2\n";
    fs::create_dir(place.path().join("few")).unwrap();
    fs::write(place.path().join("few/ratings.csv"), few).unwrap();
    run_line(place.path(), "cross-validate --data few").failed_with("too few");
}

#[test]
fn a_recipe_with_what_no_model_has_is_refused_by_name() {
    let place = workplace();
    fs::write(place.path().join("recipe.toml"), "[ease]\nlambda = 3\n").unwrap();
    for command in ["cross-validate --data ratings", "eval --data histories"] {
        run_line(place.path(), &format!("{command} --config recipe.toml")).failed_with("lambda");
    }
}

#[test]
fn a_setting_that_makes_no_sense_is_refused_before_anything_is_written() {
    let place = workplace();
    fs::write(place.path().join("recipe.toml"), "[svd]\nfactors = 0\nlearning_rate = -1\n").unwrap();
    let line = "cross-validate --data ratings --models svd-100 --out results --config recipe.toml";
    run_line(place.path(), line).failed_with("learning_rate");
    assert!(!place.path().join("results").exists());
}
