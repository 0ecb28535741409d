use std::fs;

use serde_json::json;

use crate::data::{FILMS, QUICK, manifest, names, trained, workplace};
use crate::program::{run_line, start};

#[test]
fn a_model_is_published_with_its_card_and_figures() {
    let model = trained().join("models/mine");
    let manifest = manifest(&model);
    assert_eq!(manifest.kind, "sensitivity-classifier");
    assert_eq!(manifest.data.name, "films");
    let metrics = serde_json::to_value(&manifest.metrics).unwrap();
    assert!(metrics["violencia>=moderado"]["roc_auc"].as_f64().unwrap() > 0.9, "{metrics}");
    assert!(metrics["violencia"]["macro_f1"].is_f64(), "{metrics}");
    let card = fs::read_to_string(model.join("model_card.html")).unwrap();
    for words in
        ["Nobody judged", "suicidio", "<svg", "precision and recall", "how often it is so", "true levels"]
    {
        assert!(card.contains(words), "{words}");
    }
    for words in ["from rules over keywords alone", "How the settings were chosen"] {
        assert!(card.contains(words), "{words}");
    }
    assert_eq!(names(&trained().join("models")), ["mine", "runs"]);
}

#[test]
fn a_model_keeps_what_each_film_was_held_to_have_and_who_said_so() {
    let labels = fs::read_to_string(trained().join("models/mine/labels.csv")).unwrap();
    let mut lines = labels.lines();
    assert_eq!(lines.next(), Some("film,question,answer,origin"));
    assert_eq!(lines.count(), 10 * FILMS);
    for line in [
        "tt1000000,violencia>=moderado,yes,human",
        "tt1000001,violencia>=moderado,no,human",
        "tt1000002,violencia>=moderado,yes,keywords_rule",
        "tt1000000,suicidio>=alto,no,keywords_rule",
    ] {
        assert!(labels.lines().any(|found| found == line), "{line}");
    }
    assert!(manifest(&trained().join("models/mine")).files.contains_key("labels.csv"));
}

#[test]
fn sequences_of_characters_are_read_where_that_was_asked_for() {
    let place = workplace();
    let line = "train --data films --no-evaluation --characters --set text.characters.max_features=50 --out model \
        --set lightgbm.n_estimators=10 --set readers.max_iterations=20";
    run_line(place.path(), line).succeeded();
    let settings = manifest(&place.path().join("model")).hyper_parameters;
    let characters = &settings["text"]["characters"];
    assert_eq!((&characters["max_features"], &characters["min_length"]), (&json!(50), &json!(3)));
}

#[test]
fn the_demo_catalogue_is_what_a_training_starts_from() {
    let place = workplace();
    let line = format!("train --no-evaluation --json {QUICK}");
    let made = run_line(place.path(), &line).succeeded().json();
    assert_eq!(made["model"]["data"]["name"], "demo");
    assert!(made["results"].is_null());
    let model = place.path().join("models/production/movielens");
    assert_eq!(made["model"]["version"], json!(manifest(&model).version));
    assert!(!model.join("model_card.html").exists());
}

#[test]
fn the_same_seed_gives_the_same_model_to_the_byte() {
    let place = workplace();
    for (out, further) in [("one", "--seed 7 --threads 1"), ("two", "--seed 7 --threads 3")] {
        let line = format!("train --data films --no-evaluation --out {out} {further} {QUICK}");
        run_line(place.path(), &line).succeeded();
    }
    let files = |out: &str| manifest(&place.path().join(out)).files;
    assert_eq!(files("one"), files("two"));
}

#[test]
fn both_forms_and_all_algorithms_can_be_trained() {
    let place = workplace();
    for algorithm in ["lightgbm", "random_forest", "logistic_regression"] {
        for form in ["levels", "triggers"] {
            let out = format!("{algorithm}-{form}");
            let line = format!(
                "train --data films --no-evaluation --form {form} --algorithm {algorithm} --out {out} {QUICK}"
            );
            run_line(place.path(), &line).succeeded();
            let settings = manifest(&place.path().join(&out)).hyper_parameters.to_string();
            assert!(settings.contains(algorithm) && settings.contains(form), "{settings}");
        }
    }
}

#[test]
fn a_model_that_is_there_is_left_alone_where_that_was_asked_for() {
    let place = workplace();
    let line = format!("train --data films --no-evaluation --out model {QUICK}");
    run_line(place.path(), &line).succeeded();
    let version = manifest(&place.path().join("model")).version;
    let again = run_line(place.path(), "train --data nowhere --out model --if-absent --json").succeeded();
    assert!(again.stderr.contains("holds a model already"), "{}", again.stderr);
    assert_eq!(again.json()["model"]["version"], json!(version));
}

#[test]
fn a_training_that_is_stopped_publishes_nothing() {
    let place = workplace();
    let running = start(place.path(), &format!("train --data films --folds 20 --out model {QUICK}"));
    // Its first file is that of the record, which it keeps from the start.
    let runs = place.path().join("runs/runs");
    while !runs.exists() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    std::thread::sleep(std::time::Duration::from_millis(100));
    running.signal("TERM");
    let (code, said) = running.end();
    assert_eq!(code, Some(130), "{said}");
    assert!(!place.path().join("model").exists());
    let [run] = &names(&runs)[..] else { panic!("one run") };
    assert!(fs::read_to_string(runs.join(run).join("run.json")).unwrap().contains("KILLED"));
}
