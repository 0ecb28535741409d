use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::data::{FILMS, QUICK, manifest, names, trained, workplace};
use crate::program::run_line;

fn read_json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// The folder of the one run below.
#[track_caller]
fn the_run(folder: &Path) -> PathBuf {
    let runs = folder.join("runs/runs");
    let [run] = &names(&runs)[..] else { panic!("{:?}", names(&runs)) };
    runs.join(run)
}

/// The last value of each metric.
fn metrics(run: &Path) -> Value {
    let text = fs::read_to_string(run.join("metrics.jsonl")).unwrap();
    let mut all = json!({});
    for line in text.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        for (name, value) in line["values"].as_object().unwrap() {
            all[name] = value.clone();
        }
    }
    all
}

#[test]
fn levels_are_recorded_under_the_names_of_the_older_system() {
    let run = the_run(&trained().join("models"));
    let about = read_json(&run.join("run.json"));
    assert_eq!(about["experiment"], "movielens-sensitivity");
    assert!(about["name"].as_str().unwrap().starts_with("movielens_v1.0.0_"), "{about}");
    assert_eq!(about["outcome"], "FINISHED");
    let params = read_json(&run.join("params.json"));
    for (name, value) in [
        ("version", "1.0.0"),
        ("algorithm", "lightgbm"),
        ("test_size", "0.2"),
        ("random_state", "42"),
        ("tfidf_word_ngram_range", "(1, 3)"),
        ("tfidf_word_max_features", "50000"),
        ("tfidf_word_min_df", "3"),
        ("use_sbert", "false"),
        ("lightgbm_n_estimators", "10"),
        ("n_train", &FILMS.to_string()),
        ("n_categories", "5"),
        ("n_classes_per_category", "3"),
    ] {
        assert_eq!(params[name], value, "{name} in {params}");
    }
    assert_eq!(params["model.version"], json!(manifest(&trained().join("models/mine")).version));
    let metrics = metrics(&run);
    for name in ["macro_f1", "weighted_f1", "samples_avg_f1", "mcauc"] {
        let value = metrics[format!("violencia_nivel_{name}")].as_f64();
        assert!(value.is_some_and(|value| (0.0..=1.0).contains(&value)), "{name} in {metrics}");
    }
    assert_eq!(metrics["categories_evaluated"], 4.0);
    assert!(
        metrics["avg_mcauc"].is_f64() && metrics["violencia_at_least_moderado.roc_auc"].is_f64(),
        "{metrics}"
    );
}

#[test]
fn triggers_are_recorded_under_the_names_of_the_older_system() {
    let place = workplace();
    let line = format!("train --data films --form triggers --algorithm random_forest --out mine {QUICK}");
    run_line(place.path(), &line).succeeded();
    let run = the_run(place.path());
    let about = read_json(&run.join("run.json"));
    assert_eq!(
        (&about["experiment"], &about["name"]),
        (&json!("multilabel_triggers"), &json!("random_forest_training"))
    );
    let params = read_json(&run.join("params.json"));
    for (name, value) in
        [("algorithm", "random_forest"), ("model_n_estimators", "150"), ("tfidf_word_max_features", "500")]
    {
        assert_eq!(params[name], value, "{name} in {params}");
    }
    let metrics = metrics(&run);
    for name in [
        "total_samples",
        "train_size",
        "test_size",
        "hamming_loss",
        "subset_accuracy",
        "f1_macro",
        "f1_micro",
        "f1_weighted",
        "precision_macro",
        "precision_micro",
        "recall_macro",
        "recall_micro",
        "f1_has_violence",
        "precision_has_substance_abuse",
        "recall_has_strong_language",
    ] {
        assert!(metrics[name].is_f64(), "{name} in {metrics}");
    }
    let listed = run_line(place.path(), "models --form triggers --out mine --json").succeeded().json();
    assert_eq!((&listed["model"], &listed["versions"][0]["version"]), (&json!("filmlens"), &json!(1)));
}

#[test]
fn a_training_shows_up_on_the_tracking_server_and_can_be_rolled_back_from_there() {
    let uri = filmlens_test_support::mlflow_url();
    let place = workplace();
    let train = |seed: u32| {
        let line = format!("train --data films --no-evaluation --seed {seed} --tracking-uri {uri} {QUICK}");
        let run = run_line(place.path(), &line).succeeded();
        assert!(!run.stderr.contains("not complete") && !run.stderr.contains("not in the"), "{}", run.stderr);
        manifest(&place.path().join("models/production/movielens"))
    };
    let (first, second) = (train(11), train(12));
    assert_ne!(first.version, second.version);
    let list = || run_line(place.path(), &format!("models --json --tracking-uri {uri}")).succeeded().json();
    // Others may train under the same name at the same time.
    let number = |version: &str| -> Value {
        let listed = list();
        let versions = listed["versions"].as_array().unwrap().clone();
        let found = versions
            .iter()
            .find(|listed| listed["aliases"].as_array().unwrap().iter().any(|alias| alias == version));
        found.map(|found| found["version"].clone()).unwrap_or_default()
    };
    let newest = number("production").as_u64().unwrap();
    assert!(newest >= 2);
    run_line(place.path(), &format!("promote --model-version {} --tracking-uri {uri}", newest - 1))
        .succeeded();
    assert_eq!(manifest(&place.path().join("models/production/movielens")).version, first.version);
    assert_eq!(number("production"), json!(newest - 1));
    assert_eq!(number("latest-trained"), json!(newest));
}
