use std::fs;

use serde_json::Value;

use crate::data::{ITEMS, train, trained, workplace, write_movielens, write_sequences};
use crate::program::run_line;

fn overall<'a>(results: &'a Value, model: &str) -> &'a Value {
    let models = results["results"]["models"].as_array().unwrap();
    &models.iter().find(|found| found["name"] == model).unwrap()["overall"]
}

#[test]
fn a_model_of_other_items_is_refused() {
    let place = trained();
    write_sequences(&place.path().join("fewer"), ITEMS - 1);
    let run = run_line(place.path(), "eval --data fewer --model model");
    run.failed_with("the model was trained on other items than those of fewer (39 there, 40 in the model)");
    // As many items, with other ids.
    write_movielens(&place.path().join("films"));
    let run = run_line(place.path(), "eval --data films --model model");
    run.failed_with("the model was trained on other items than those of films (40 there, 40 in the model)");
}

#[test]
fn other_histories_of_the_same_items_are_evaluated_with_a_warning() {
    let place = trained();
    let text = fs::read_to_string(place.path().join("data/sequences.txt")).unwrap();
    fs::create_dir(place.path().join("more")).unwrap();
    fs::write(place.path().join("more/sequences.txt"), format!("{text}1 2 3 4\n")).unwrap();
    let run = run_line(place.path(), "eval --data more --model model --json").succeeded();
    assert!(run.stderr.contains("not the files that the model was trained on"), "{}", run.stderr);
    assert_eq!(run.json()["split"]["cases"], 49);
    let run = run_line(place.path(), "eval --data data --model model --json").succeeded();
    assert_eq!(run.stderr, "");
}

#[test]
fn validation_items_are_asked_about_on_demand() {
    let place = trained();
    let run = run_line(place.path(), "eval --data data --model model --on validation --json").succeeded();
    let results = run.json();
    assert_eq!(results["split"]["part"], "validation");
    assert_eq!(results["split"]["held_out"], "last-item");
    // A tenth of the users.
    assert_eq!(results["split"]["cases"], 4);
    let run = run_line(place.path(), "eval --data data --model model --on validation").succeeded();
    assert!(run.stdout.contains("on the validation items of data"), "{}", run.stdout);
}

#[test]
fn short_and_long_histories_have_figures_with_intervals() {
    let place = trained();
    let results = run_line(place.path(), "eval --data data --model model --json").succeeded().json();
    let models = results["results"]["models"].as_array().unwrap();
    for model in models {
        let slices = model["by_history"].as_array().unwrap();
        let names: Vec<&str> = slices.iter().map(|slice| slice["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["short", "medium", "long"]);
        let cases: u64 = slices.iter().map(|slice| slice["cases"].as_u64().unwrap()).sum();
        assert_eq!(cases, 48);
        let recall = &model["overall"]["metrics"]["recall_at_10"];
        let [low, value, high] = ["low", "value", "high"].map(|part| recall[part].as_f64().unwrap());
        assert!(low <= value && value <= high, "{recall}");
    }
}

#[test]
fn films_with_genres_and_years_have_diversity_and_freshness() {
    let place = workplace();
    write_movielens(&place.path().join("films"));
    run_line(place.path(), "train --data films --config recipe.toml --out model").succeeded();
    let results = run_line(place.path(), "eval --data films --model model --json").succeeded().json();
    for model in ["model", "popularity"] {
        let metrics = &overall(&results, model)["metrics"];
        let diversity = metrics["genre_diversity_at_10"]["value"].as_f64().unwrap();
        assert!(diversity > 0.0 && diversity < 1.0, "{metrics}");
        let year = metrics["release_year_at_10"]["value"].as_f64().unwrap();
        assert!((1951.0..=1990.0).contains(&year), "{metrics}");
    }
    // Item numbers tell nothing of genres.
    train(place.path(), "").succeeded();
    let results = run_line(place.path(), "eval --data data --model model --json").succeeded().json();
    assert_eq!(overall(&results, "model")["metrics"].get("genre_diversity_at_10"), None);
}

#[test]
fn histories_with_times_can_be_split_by_time() {
    let place = workplace();
    write_movielens(&place.path().join("films"));
    let line = "train --data films --split time --config recipe.toml --out model --json";
    let trained = run_line(place.path(), line).succeeded().json();
    let line = "eval --data films --split time --model model --json";
    let results = run_line(place.path(), line).succeeded().json();
    assert_eq!(results["split"]["held_out"], "time");
    let cases = results["split"]["cases"].as_u64().unwrap();
    assert!(cases > 0 && cases < 48, "{cases}");
    assert_eq!(results["results"], trained["results"]);
    assert!(results["omitted"]["without_input"].is_u64(), "{results}");

    let line = "eval --data films --model model --json";
    run_line(place.path(), line).failed_with("trained with --split time, so it has seen answers of this one");
    run_line(place.path(), &format!("{line} --other-split")).succeeded();
}

#[test]
fn a_recipe_that_validates_on_everybody_is_evaluated_so() {
    let place = workplace();
    let recipe = std::fs::read_to_string(place.path().join("recipe.toml")).unwrap();
    let recipe = recipe.replace("validation = \"held-out\"", "validation = \"everyone\"");
    assert!(recipe.contains("everyone"), "{recipe}");
    std::fs::write(place.path().join("recipe.toml"), recipe).unwrap();
    let trained = train(place.path(), "--json").succeeded().json();
    let results =
        run_line(place.path(), "eval --data data --model model --on validation --json").succeeded().json();
    let found = &overall(&results, "model")["metrics"]["ndcg_at_10"]["value"];
    let kept = &trained["model"]["metrics"]["validation"]["ndcg_at_10"];
    assert!((found.as_f64().unwrap() - kept.as_f64().unwrap()).abs() < 1e-9, "{found} {kept}");
}

#[test]
fn histories_without_times_cannot_be_split_by_time() {
    let place = trained();
    let said = "these histories have no times; split them by leaving one out";
    run_line(place.path(), "eval --data data --model model --split time").failed_with(said);
    run_line(place.path(), "train --data data --out other --split time").failed_with(said);
    assert!(!place.path().join("other").exists() && !place.path().join("other.training").exists());
}
