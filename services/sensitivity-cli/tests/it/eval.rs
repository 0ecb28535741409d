use std::fs;

use serde_json::Value;

use crate::data::{QUICK, names, workplace};
use crate::program::run_line;

#[test]
fn a_model_stands_beside_yardsticks_with_intervals() {
    let place = workplace();
    let line = format!("eval --data films --out results --json --resamples 200 {QUICK}");
    let results = run_line(place.path(), &line).succeeded().json();
    let questions = results["results"]["questions"].as_array().unwrap();
    assert_eq!(questions.len(), 10, "{results}");
    let of = |name: &str| questions.iter().find(|question| question["name"] == name);
    let violence = of("violencia>=moderado").unwrap_or_else(|| panic!("{results}"));
    let models: Vec<&str> =
        violence["models"].as_array().unwrap().iter().map(|model| model["name"].as_str().unwrap()).collect();
    assert_eq!(
        models,
        ["lightgbm", "certificate alone", "plain logistic regression", "majority", "before calibration"]
    );
    let area = &violence["models"][0]["roc_auc"];
    assert!(area["value"].as_f64().unwrap() > 0.9 && area["low"].is_f64(), "{area}");
    assert!(violence["models"][1]["first_is_ahead_by"]["low"].is_f64());
    for place in [0, 4] {
        assert!(violence["models"][place]["calibration_error"]["value"].is_f64());
    }
    // Nobody judged suicide here: what there is comes from rules, and says so.
    assert!(of("suicidio>=moderado").is_none());
    let gradings = results["results"]["gradings"].as_array().unwrap();
    assert_eq!(gradings.len(), 4);
    assert_eq!(names(&place.path().join("results")), ["classification.svg", "report.html", "results.json"]);
}

#[test]
fn the_older_form_has_labels_of_yes_and_no() {
    let place = workplace();
    let line = format!("eval --data films --form triggers --resamples 0 --plot plots.svg {QUICK}");
    let text = run_line(place.path(), &line).succeeded().stdout;
    assert!(text.contains("hamming loss") && text.contains("drogas>=moderado"), "{text}");
    assert!(!text.contains(">=alto") && !text.contains("weighted F1"), "{text}");
    assert!(fs::read_to_string(place.path().join("plots.svg")).unwrap().contains("recall"));
}

#[test]
fn the_same_seed_gives_the_same_figures_to_the_digit() {
    let place = workplace();
    let results = |threads: u32| -> Value {
        let line = format!("eval --data films --json --resamples 50 --threads {threads} {QUICK}");
        run_line(place.path(), &line).succeeded().json()
    };
    assert_eq!(results(1), results(3));
}
