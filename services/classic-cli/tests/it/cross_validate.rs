use std::fs;

use serde_json::Value;

use crate::data::{USERS, history, names, stars, workplace};
use crate::program::run_line;

const MODELS: [&str; 10] = [
    "baseline",
    "biases",
    "knn-basic",
    "item-knn",
    "user-knn",
    "svd-100",
    "svd-150",
    "svd-pp",
    "als",
    "blend",
];

fn rmse(results: &Value, name: &str) -> f64 {
    let models = results["results"]["models"].as_array().unwrap();
    let model = models.iter().find(|model| model["name"] == name).unwrap();
    model["rmse"]["mean"].as_f64().unwrap()
}

#[test]
fn every_model_is_compared_on_the_same_folds() {
    let place = workplace();
    let run = run_line(place.path(), "cross-validate --data ratings --out results --json").succeeded();
    let results = run.json();
    let given: Vec<f64> =
        (0..USERS).flat_map(|user| history(user).into_iter().map(move |film| stars(user, film))).collect();
    assert_eq!(results["results"]["folds"], 5);
    assert_eq!(results["results"]["ratings"], given.len());
    let models = results["results"]["models"].as_array().unwrap();
    let named: Vec<&str> = models.iter().map(|model| model["name"].as_str().unwrap()).collect();
    assert_eq!(named, MODELS);
    for name in MODELS {
        let rmse = rmse(&results, name);
        assert!(rmse > 0.1 && rmse < 1.5, "{name}: {rmse}");
    }
    for model in models {
        assert!(model["mae"]["mean"].as_f64() < model["rmse"]["mean"].as_f64(), "{model}");
        let folds = model["folds"].as_array().unwrap();
        let tested: u64 = folds.iter().map(|fold| fold["ratings"].as_u64().unwrap()).sum();
        assert_eq!(tested as usize, given.len());
    }
    // Nobody who says the same of every film is better than their mean.
    let mean = given.iter().sum::<f64>() / given.len() as f64;
    let variance = given.iter().map(|stars| (stars - mean).powi(2)).sum::<f64>() / given.len() as f64;
    assert!(rmse(&results, "svd-100") < variance.sqrt(), "{results}");
    assert_eq!(names(&place.path().join("results")), ["report.html", "results.json"]);
    let page = fs::read_to_string(place.path().join("results/report.html")).unwrap();
    assert!(page.contains("svd-150"), "{page}");
}

#[test]
fn figures_follow_the_seed_and_nothing_else() {
    let place = workplace();
    let rmse = |further: &str| {
        let line = format!("cross-validate --data ratings --models svd-100,item-knn --json {further}");
        let results = run_line(place.path(), &line).succeeded().json();
        (rmse(&results, "svd-100"), rmse(&results, "item-knn"))
    };
    let once = rmse("");
    assert_eq!(rmse("--threads 1"), once);
    assert_eq!(rmse("--threads 3"), once);
    assert_ne!(rmse("--seed 7"), once);
}

#[test]
fn folds_can_be_written_for_other_programs() {
    let place = workplace();
    let line = "cross-validate --data ratings --models baseline --write-folds folds.csv";
    run_line(place.path(), line).succeeded();
    let ratings = fs::read_to_string(place.path().join("ratings/ratings.csv")).unwrap();
    let folds = fs::read_to_string(place.path().join("folds.csv")).unwrap();
    assert_eq!(folds.lines().count(), ratings.lines().count());
    let mut sizes = [0; 5];
    for (fold, rating) in folds.lines().zip(ratings.lines()).skip(1) {
        let (pair, part) = fold.rsplit_once(',').unwrap();
        assert!(rating.starts_with(&format!("{pair},")), "{fold} is not {rating}");
        sizes[part.parse::<usize>().unwrap() - 1] += 1;
    }
    assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1, "{sizes:?}");
}

#[test]
fn one_split_holds_back_a_share() {
    let place = workplace();
    let line = "cross-validate --data ratings --models baseline --split 0.2 --json --write-folds split.csv";
    let results = run_line(place.path(), line).succeeded().json();
    assert_eq!(results["results"]["folds"], 1);
    let split = fs::read_to_string(place.path().join("split.csv")).unwrap();
    let held_out = split.lines().filter(|line| line.ends_with(",1")).count();
    let share = held_out as f64 / (split.lines().count() - 1) as f64;
    assert!((share - 0.2).abs() < 0.005, "{share}");
}

#[test]
fn a_subset_holds_the_most_active_users_and_films() {
    let place = workplace();
    let line =
        "cross-validate --data ratings --models baseline --max-users 12 --max-movies 20 --write-folds f.csv";
    run_line(place.path(), line).succeeded();
    let folds = fs::read_to_string(place.path().join("f.csv")).unwrap();
    let column = |index: usize| {
        let mut ids: Vec<&str> =
            folds.lines().skip(1).map(|line| line.split(',').nth(index).unwrap()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids.len()
    };
    assert!(column(0) <= 12 && column(1) <= 20, "{} {}", column(0), column(1));
}

#[test]
fn settings_come_from_a_file() {
    let place = workplace();
    fs::write(place.path().join("recipe.toml"), "[svd]\nepochs = 1\n").unwrap();
    let line = "cross-validate --data ratings --models svd-100 --json";
    let by_default = run_line(place.path(), line).succeeded().json();
    let changed = run_line(place.path(), &format!("{line} --config recipe.toml")).succeeded().json();
    assert_eq!(changed["hyper_parameters"]["svd"]["epochs"], 1);
    assert_ne!(rmse(&by_default, "svd-100"), rmse(&changed, "svd-100"));
}
