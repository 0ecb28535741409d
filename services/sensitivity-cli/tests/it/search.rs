use std::fs;

use serde_json::Value;

use crate::data::{QUICK, workplace};
use crate::program::{run_line, start};

fn line(trials: usize, study: &str) -> String {
    format!(
        "search --data films --algorithm logistic_regression --folds 3 --trials {trials} --study {study} \
         --held-out 0.2 {QUICK}"
    )
}

#[test]
fn a_search_prints_a_recipe_that_can_be_trained_with() {
    let place = workplace();
    let run = run_line(place.path(), &line(12, "study.jsonl")).succeeded();
    assert!(run.stdout.contains("[readers]") && run.stdout.contains("cost = "), "{run:?}");
    assert!(run.stderr.contains("on films that no trial has seen"), "{}", run.stderr);
    fs::write(place.path().join("found.toml"), &run.stdout).unwrap();
    let train =
        "train --data films --no-evaluation --algorithm logistic_regression --config found.toml --out model";
    run_line(place.path(), &format!("{train} {QUICK}")).succeeded();
}

#[test]
fn a_search_that_was_killed_ends_as_one_that_was_not() {
    let place = workplace();
    let mut running = start(place.path(), &line(12, "killed.jsonl"));
    assert!(running.wait_for("trial 4"));
    assert!(running.kill());
    run_line(place.path(), &line(12, "killed.jsonl")).succeeded();
    run_line(place.path(), &line(12, "whole.jsonl")).succeeded();
    let trials = |study: &str| fs::read_to_string(place.path().join(study)).unwrap();
    assert_eq!(trials("killed.jsonl"), trials("whole.jsonl"));
    let last: Value = serde_json::from_str(trials("whole.jsonl").lines().last().unwrap()).unwrap();
    assert!(last["point"].is_array() && last["is_pruned"].is_boolean());
    let again = run_line(place.path(), &format!("{} --json", line(12, "whole.jsonl"))).succeeded().json();
    assert_eq!(again["trials"].as_array().unwrap().len(), 12);

    let other = line(12, "whole.jsonl").replace("--folds 3", "--folds 4");
    run_line(place.path(), &other).failed_with("of another search");
}
