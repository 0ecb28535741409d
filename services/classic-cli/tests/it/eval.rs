use std::fs;

use serde_json::{Value, json};

use crate::data::{FILMS, USERS, history, names, workplace, write_ratings};
use crate::program::run_line;

fn figures<'a>(results: &'a Value, name: &str) -> &'a Value {
    let models = results["results"]["models"].as_array().unwrap();
    let model = models.iter().find(|model| model["name"] == name);
    &model.unwrap_or_else(|| panic!("{name} is not in {results}"))["overall"]["metrics"]
}

#[test]
fn every_method_is_ranked_beside_popularity() {
    let place = workplace();
    let run = run_line(place.path(), "eval --data histories --out results --json").succeeded();
    let results = run.json();
    assert_eq!(results["split"]["cases"], USERS);
    for name in ["popularity", "knn", "user-knn", "pure-svd", "ials", "ease", "kmeans"] {
        let metrics = figures(&results, name);
        for metric in ["precision_at_10", "recall_at_10", "map_at_10", "ndcg_at_10", "mrr"] {
            let value = metrics[metric]["value"].as_f64().unwrap();
            assert!((0.0..=1.0).contains(&value), "{name}, {metric}: {value}");
        }
    }
    // Half of the users keep to half of the films: whoever knows that is ahead.
    let recall = |name: &str| figures(&results, name)["recall_at_10"]["value"].as_f64().unwrap();
    assert!(recall("ease") > recall("popularity") + 0.1, "{} {}", recall("ease"), recall("popularity"));
    assert_eq!(names(&place.path().join("results")), ["comparison.svg", "report.html", "results.json"]);
}

#[test]
fn stars_and_times_allow_more_methods() {
    let place = workplace();
    let results = run_line(place.path(), "eval --data ratings --json").succeeded().json();
    for name in ["popularity", "popular", "trending", "svd", "ease"] {
        figures(&results, name);
    }
    let refused = run_line(place.path(), "eval --data histories --methods svd");
    refused.failed_with("svd cannot be trained on this data");
}

#[test]
fn what_another_program_ranked_stands_in_the_same_table() {
    let place = workplace();
    let by_default = run_line(place.path(), "eval --data histories --methods ease --json").succeeded().json();
    let fingerprint = by_default["data"]["fingerprint"].clone();
    let oracle = |fingerprint: &Value| {
        let cases: Vec<Value> = (0..USERS)
            .map(|user| {
                let history = history(user);
                let (target, seen) = history.split_last().unwrap();
                let rest = (1..=FILMS).filter(|film| film != target && !seen.contains(film)).take(9);
                let list: Vec<usize> = std::iter::once(*target).chain(rest).collect();
                json!({ "user": user, "target": target, "rank": 1, "history_length": seen.len(), "recommended": list })
            })
            .collect();
        let data = json!({ "name": "histories", "fingerprint": fingerprint });
        json!({ "model": "oracle", "version": "1", "data": data, "cases": cases })
    };
    fs::write(place.path().join("lists.json"), oracle(&fingerprint).to_string()).unwrap();
    let line = "eval --data histories --methods ease --beside lists.json --json";
    let results = run_line(place.path(), line).succeeded().json();
    assert_eq!(figures(&results, "oracle")["ndcg_at_10"]["value"], 1.0);
    assert_eq!(figures(&results, "ease"), figures(&by_default, "ease"));

    fs::write(place.path().join("lists.json"), oracle(&json!("0")).to_string()).unwrap();
    run_line(place.path(), line).failed_with("oracle ranked other data");
    fs::write(place.path().join("lists.json"), "{}").unwrap();
    run_line(place.path(), line).failed_with("does not hold lists");
}

#[test]
fn tuning_prints_a_recipe_that_can_be_used() {
    let place = workplace();
    let run = run_line(place.path(), "eval --data histories --methods ease,kmeans --tune").succeeded();
    assert!(run.stdout.contains("[ease]") && run.stdout.contains("regularization"), "{run:?}");
    assert_eq!(run.stderr.lines().filter(|line| line.starts_with("ease")).count(), 5, "{run:?}");
    fs::write(place.path().join("recipe.toml"), &run.stdout).unwrap();
    run_line(place.path(), "eval --data histories --methods ease --config recipe.toml").succeeded();
}

#[test]
fn figures_do_not_depend_on_the_number_of_threads() {
    let place = workplace();
    let results = |threads: u32| {
        let line = format!("eval --data ratings --json --threads {threads}");
        run_line(place.path(), &line).succeeded().stdout
    };
    assert_eq!(results(1), results(3));
}

#[test]
fn histories_beside_ratings_are_ranked_without_stars() {
    let place = workplace();
    write_ratings(&place.path().join("histories"));
    let results = run_line(place.path(), "eval --data histories --json").succeeded().json();
    assert!(figures(&results, "ease").is_object());
    let models = results["results"]["models"].as_array().unwrap();
    assert!(models.iter().all(|model| model["name"] != "svd" && model["name"] != "trending"), "{results}");
}
