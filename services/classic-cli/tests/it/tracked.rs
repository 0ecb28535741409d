use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::data::{names, workplace};
use crate::program::run_line;

/// What is kept of one model.
struct Recorded {
    run: Value,
    params: Value,
    metrics: Value,
}

fn read(file: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

/// The records below a folder, by the names of their runs.
fn recorded(folder: &Path) -> BTreeMap<String, Recorded> {
    let mut records = BTreeMap::new();
    for entry in fs::read_dir(folder.join("runs")).unwrap() {
        let path = entry.unwrap().path();
        let run = read(&path.join("run.json"));
        let name = run["name"].as_str().unwrap().to_owned();
        let params = read(&path.join("params.json"));
        let record = Recorded { run, params, metrics: read(&path.join("metrics.jsonl")) };
        assert!(records.insert(name.clone(), record).is_none(), "{name} is there twice");
    }
    records
}

#[test]
fn evaluations_are_recorded_as_latent_lens_names_them() {
    let place = workplace();
    let models = "svd-100,svd-150,knn-basic,item-knn,als";
    let line = format!("cross-validate --data ratings --models {models} --out results --max-users 30");
    run_line(place.path(), &line).succeeded();
    assert_eq!(names(place.path()), ["histories", "ratings", "results", "runs"]);
    let results = read(&place.path().join("results/results.json"));
    let records = recorded(&place.path().join("runs"));
    assert_eq!(records.len(), 4);
    let svd = |factors: &str| {
        json!({
            "model_type": "SVD",
            "n_factors": factors,
            "n_epochs": "20",
            "random_state": results["hyper_parameters"]["svd"]["seed"].to_string(),
            "user_sample_size": "30",
            "movie_sample_size": "all",
            "folds": "5",
        })
    };
    let knn = |kind: &str, table: &str| {
        json!({
            "model_type": kind,
            "k": results["hyper_parameters"][table]["neighbours"].to_string(),
            "sim_name": "cosine",
            "user_based": "false",
            "user_sample_size": "30",
            "movie_sample_size": "all",
            "folds": "5",
        })
    };
    for (model, experiment, run, params) in [
        ("svd-100", "LatentLens-SVD-Evaluation", "SVD_100_FACTORS", svd("100")),
        ("svd-150", "LatentLens-SVD-Evaluation", "SVD_PRODUCTION_READY_FINAL_V2", svd("150")),
        ("knn-basic", "LatentLens-KNN-Evaluation", "KNN_BASIC_ITEM_BASED", knn("KNNBasic", "knn-basic")),
        (
            "item-knn",
            "LatentLens-KNN-Evaluation",
            "KNN_BASELINE_ITEM_BASED",
            knn("KNNBaseline", "rating-knn"),
        ),
    ] {
        let record = &records[run];
        assert_eq!(record.run["experiment"], experiment, "{model}");
        assert_eq!(record.run["outcome"], "FINISHED", "{model}");
        assert_eq!(record.params, params, "{model}");
        let judged = results["results"]["models"].as_array().unwrap();
        let judged = judged.iter().find(|judged| judged["name"] == model).unwrap();
        let values = json!({ "rmse": judged["rmse"]["mean"], "mae": judged["mae"]["mean"] });
        assert_eq!(record.metrics["values"], values, "{model}");
    }
}

#[test]
fn a_place_where_no_record_can_be_kept_is_refused_before_the_folds() {
    let place = workplace();
    let line = "cross-validate --data ratings --models svd-100 --out results --tracking-uri ftp://localhost";
    run_line(place.path(), line).failed_with("cannot be kept");
    assert_eq!(names(place.path()), ["histories", "ratings"]);
}

#[test]
fn who_asks_for_figures_alone_gets_no_record() {
    let place = workplace();
    run_line(place.path(), "cross-validate --data ratings --models svd-100").succeeded();
    assert_eq!(names(place.path()), ["histories", "ratings"]);
}
