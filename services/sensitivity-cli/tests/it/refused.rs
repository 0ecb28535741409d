use std::fs;

use crate::data::{names, workplace};
use crate::program::run_line;

#[test]
fn wrong_arguments_and_settings_are_refused_before_anything_is_written() {
    let place = workplace();
    for (arguments, words) in [
        ("--algorithm magic", "logistic_regression"),
        ("--form both", "levels"),
        ("--set lightgbm.leaves=3", "leaves"),
        ("--set lightgbm", "NAME=VALUE"),
        ("--set lightgbm.learning_rate=-1", "learning_rate"),
        ("--config nowhere.toml", "nowhere.toml"),
        ("--folds 1", "1"),
        ("--seed -1", "-1"),
    ] {
        for command in ["train", "eval"] {
            let run = run_line(place.path(), &format!("{command} --data films {arguments}"));
            assert_eq!(run.code, Some(1), "{command} {arguments}: {run:?}");
            assert!(run.stderr.contains(words) && !run.stderr.contains("panicked"), "{}", run.stderr);
        }
    }
    assert_eq!(names(place.path()), ["films"]);
}

#[test]
fn data_that_cannot_be_used_is_named() {
    let place = workplace();
    run_line(place.path(), "train --data nowhere").failed_with("nowhere");
    fs::create_dir(place.path().join("empty")).unwrap();
    fs::write(place.path().join("empty/movies.csv"), "title\n").unwrap();
    let run = run_line(place.path(), "train --data empty");
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    assert!(!place.path().join("models/production/movielens").exists());
}

#[test]
fn a_folder_with_something_else_in_it_is_not_replaced() {
    let place = workplace();
    run_line(place.path(), "train --data films --out films").failed_with("would be lost");
    assert_eq!(names(&place.path().join("films")), ["movies.csv", "severities.csv"]);
}

#[test]
fn a_place_where_no_record_can_be_kept_is_refused_before_the_training() {
    let place = workplace();
    run_line(place.path(), "train --data films --out model --tracking-uri ftp://localhost")
        .failed_with("cannot be kept");
    assert_eq!(names(place.path()), ["films"]);
}
