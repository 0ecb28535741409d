use std::fs;
use std::thread;
use std::time::Duration;

use crate::data::{names, weights_hash, workplace, write_random_recipe};
use crate::program::{run_line, start};

const TRAINING: &str = "train --data data --config random.toml --checkpoint-every 0 --epochs 45 --out";

#[test]
fn a_training_that_is_killed_again_and_again_ends_with_the_same_weights() {
    let place = workplace();
    write_random_recipe(place.path());
    run_line(place.path(), &format!("{TRAINING} whole")).succeeded();

    // Soon after the start, and then each time some milliseconds further into the epochs after a validation.
    for (words, pause) in
        [("parameters", 0)].into_iter().chain([0, 2, 5, 9, 14, 20].map(|pause| ("epoch ", pause)))
    {
        let mut running = start(place.path(), &format!("{TRAINING} killed"));
        assert!(running.wait_for(words));
        thread::sleep(Duration::from_millis(pause));
        assert!(running.kill(), "the training was over");
        assert!(!place.path().join("killed").exists());
    }
    let last = run_line(place.path(), &format!("{TRAINING} killed")).succeeded();
    assert!(last.stderr.contains(", from step "), "{}", last.stderr);

    assert_eq!(weights_hash(&place.path().join("killed")), weights_hash(&place.path().join("whole")));
    assert_eq!(names(place.path()), ["data", "killed", "random.toml", "recipe.toml", "runs", "whole"]);
}

#[test]
fn ctrl_c_stops_after_the_batch_at_hand_and_says_how_to_go_on() {
    let place = workplace();
    write_random_recipe(place.path());
    run_line(place.path(), &format!("{TRAINING} whole")).succeeded();

    let line = format!("{TRAINING} stopped");
    for signal in ["INT", "TERM"] {
        let mut running = start(place.path(), &line);
        assert!(running.wait_for("epoch "));
        running.signal(signal);
        let (code, said) = running.end();
        assert_eq!(code, Some(130), "{said}");
        assert!(said.contains("the same command goes on from here"), "{said}");
        assert!(place.path().join("stopped.training/checkpoint.safetensors").exists());
    }
    let run = run_line(place.path(), &line).succeeded();
    assert!(run.stderr.contains(", from step "), "{}", run.stderr);
    assert_eq!(weights_hash(&place.path().join("stopped")), weights_hash(&place.path().join("whole")));
    assert!(!place.path().join("stopped.training").exists());
}

#[test]
fn a_checkpoint_of_another_recipe_or_of_other_data_is_not_gone_on_with() {
    let place = workplace();
    write_random_recipe(place.path());
    let line = format!("{TRAINING} model");
    let mut running = start(place.path(), &line);
    assert!(running.wait_for("epoch "));
    assert!(running.kill());

    let other = "of a training with another recipe or other data; remove it to start over";
    run_line(place.path(), &format!("{line} --seed 8")).failed_with(other);
    let sequences = place.path().join("data/sequences.txt");
    let text = fs::read_to_string(&sequences).unwrap();
    fs::write(&sequences, format!("{text}1 2 3\n")).unwrap();
    run_line(place.path(), &line).failed_with(other);
    fs::write(&sequences, text).unwrap();
    run_line(place.path(), &line).succeeded();
}

#[test]
fn a_model_is_made_by_one_training_at_a_time() {
    let place = workplace();
    write_random_recipe(place.path());
    let line = format!("{TRAINING} model");
    let mut running = start(place.path(), &line);
    assert!(running.wait_for("parameters"));
    run_line(place.path(), &line).failed_with("another training is making model");
    assert!(running.kill());
    run_line(place.path(), &line).succeeded();
}

#[test]
fn without_its_checkpoint_a_training_starts_over_with_a_record_of_its_own() {
    let place = workplace();
    write_random_recipe(place.path());
    let line = format!("{TRAINING} model");
    let mut running = start(place.path(), &line);
    assert!(running.wait_for("epoch "));
    assert!(running.kill());

    fs::remove_file(place.path().join("model.training/checkpoint.safetensors")).unwrap();
    let run = run_line(place.path(), &format!("{line} --seed 8")).succeeded();
    assert!(!run.stderr.contains(", from step ") && !run.stderr.contains("not complete"), "{}", run.stderr);
    assert_eq!(names(&place.path().join("runs/runs")).len(), 2);
    assert!(!place.path().join("model.training").exists());
}
