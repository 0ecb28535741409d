use std::fs;

use filmlens_artifacts::{Metric, Metrics};
use serde_json::Value;

use crate::data::{manifest, names, train, trained, weights_hash, workplace, write_random_recipe};
use crate::program::run_line;

#[test]
fn eval_finds_the_figures_that_the_training_put_in_the_manifest() {
    let place = trained();
    let results = run_line(place.path(), "eval --data data --model model --json").succeeded().json();
    assert_eq!(results["split"]["cases"], 48);

    let models = results["results"]["models"].as_array().unwrap();
    let model = models.iter().find(|model| model["name"] == "model").unwrap();
    let manifest = manifest(&place.path().join("model"));
    let kept = group(&manifest.metrics, "test");
    let slices: Vec<&Value> =
        [&model["overall"]].into_iter().chain(model["by_history"].as_array().unwrap()).collect();
    assert_eq!(kept.len(), slices.len());
    for slice in slices {
        let name = slice["name"].as_str().unwrap();
        let mut found = Metrics::from([("cases".to_owned(), slice["cases"].as_f64().unwrap().into())]);
        for (metric, estimate) in slice["metrics"].as_object().unwrap() {
            found.insert(metric.clone(), estimate["value"].as_f64().unwrap().into());
        }
        assert_eq!(group(kept, name), &found, "{name}");
    }

    let recall = |model: &Value| model["overall"]["metrics"]["recall_at_10"]["value"].as_f64().unwrap();
    let popularity = models.iter().find(|model| model["name"] == "popularity").unwrap();
    assert!(recall(model) > recall(popularity) + 0.3, "{} and {}", recall(model), recall(popularity));
}

fn group<'a>(metrics: &'a Metrics, name: &str) -> &'a Metrics {
    match metrics.get(name) {
        Some(Metric::Group(group)) => group,
        other => panic!("{name} is {other:?}"),
    }
}

#[test]
fn the_manifest_says_what_the_model_was_made_of() {
    let place = workplace();
    train(place.path(), "--name films --seed 5 --epochs 4").succeeded();
    let manifest = manifest(&place.path().join("model"));
    assert_eq!((manifest.name.as_str(), manifest.data.name.as_str()), ("films", "data"));
    assert_eq!(manifest.vocabulary.items, 40);
    let recipe = &manifest.hyper_parameters["recipe"]["training"];
    assert_eq!((&recipe["seed"], &recipe["epochs"]), (&5.into(), &4.into()));
    let validation = group(&manifest.metrics, "validation");
    assert!(matches!(validation["ndcg_at_10"], Metric::Number(share) if share > 0.0 && share <= 1.0));
}

#[test]
fn standard_output_is_json_alone_and_standard_error_tells_the_progress() {
    let place = workplace();
    let run = train(place.path(), "--json").succeeded();
    let printed = run.json();
    assert_eq!(printed["model"], serde_json::to_value(manifest(&place.path().join("model"))).unwrap());
    assert_eq!(printed["results"]["baseline"], "popularity");
    assert!(run.stderr.contains("8 epochs of 3 batches at most"), "{}", run.stderr);
    for epoch in [2, 4, 6, 8] {
        assert!(run.stderr.contains(&format!("epoch    {epoch}  loss ")), "{}", run.stderr);
    }
}

#[test]
fn without_json_the_figures_are_a_table() {
    let place = workplace();
    let run = train(place.path(), "").succeeded();
    for words in ["All cases", "popularity", "nDCG@10", "48 cases of 48 users"] {
        assert!(run.stdout.contains(words), "{words} in {}", run.stdout);
    }
    assert!(!run.stdout.contains("epoch"), "{}", run.stdout);
}

#[test]
fn a_seed_gives_the_same_weights_again_and_another_seed_gives_others() {
    let place = workplace();
    write_random_recipe(place.path());
    let train = |out: &str, seed: u32| {
        let line = format!("train --data data --config random.toml --out {out} --seed {seed} --epochs 2");
        run_line(place.path(), &line).succeeded();
        weights_hash(&place.path().join(out))
    };
    let first = train("first", 1);
    assert_eq!(train("again", 1), first);
    assert_ne!(train("other", 2), first);
}

#[test]
fn if_absent_leaves_a_model_that_is_there_alone() {
    let place = workplace();
    train(place.path(), "--if-absent").succeeded();
    let model = place.path().join("model");
    let before = fs::read(model.join("manifest.json")).unwrap();

    let run = train(place.path(), "--if-absent --seed 9").succeeded();
    assert!(run.stderr.contains("holds a model already"), "{run:?}");
    assert_eq!(run.stdout, "");
    let run = train(place.path(), "--if-absent --json").succeeded();
    assert_eq!(run.json()["model"]["name"], "model");
    assert_eq!(fs::read(model.join("manifest.json")).unwrap(), before);
}

#[test]
fn if_absent_does_not_train_over_a_model_that_is_damaged() {
    let place = trained();
    let weights = place.path().join("model/weights.safetensors");
    fs::write(&weights, &fs::read(&weights).unwrap()[..1000]).unwrap();
    train(place.path(), "--if-absent").failed_with("holds a model that cannot be used");
    train(place.path(), "").succeeded();
    run_line(place.path(), "score model --history 1").succeeded();
}

#[test]
fn a_training_replaces_the_former_model_and_leaves_nothing_else_behind() {
    let place = trained();
    let former = manifest(&place.path().join("model")).version;
    train(place.path(), "--seed 9").succeeded();
    assert_ne!(manifest(&place.path().join("model")).version, former);
    assert_eq!(names(place.path()), ["data", "model", "recipe.toml", "runs"]);
    let files = ["learning_curves.svg", "manifest.json", "report.html", "training.json"];
    assert_eq!(names(&place.path().join("model"))[..4], files);
}

#[test]
fn a_catalogue_that_some_have_nearly_seen_can_be_trained_on() {
    let place = workplace();
    crate::data::write_sequences(&place.path().join("data"), 15);
    train(place.path(), "").succeeded();
}
