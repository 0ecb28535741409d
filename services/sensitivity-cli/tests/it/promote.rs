use std::fs;

use serde_json::{Value, json};

use crate::data::{QUICK, manifest, names, workplace};
use crate::program::run_line;

const FOLLOWED: &str = "models/production/movielens";

#[test]
fn what_no_service_follows_is_not_in_production() {
    let place = workplace();
    for out in ["models/production/movielens", "models/production/experiment"] {
        let line = format!("train --data films --no-evaluation --out {out} {QUICK}");
        run_line(place.path(), &line).succeeded();
    }
    let listed = run_line(place.path(), "models --json").succeeded().json();
    let aliases = |place: usize| listed["versions"][place]["aliases"].clone();
    assert_eq!((aliases(0), aliases(1)), (json!(["latest-trained"]), json!(["production"])));
    let runs = place.path().join("models/production/runs/runs");
    let mut status: Vec<String> = names(&runs)
        .iter()
        .map(|run| fs::read_to_string(runs.join(run).join("tags.json")).unwrap())
        .map(|tags| serde_json::from_str::<Value>(&tags).unwrap()["status"].as_str().unwrap().to_owned())
        .collect();
    status.sort();
    assert_eq!(status, ["production", "trained"]);
}

#[test]
fn the_older_form_has_a_folder_of_its_own() {
    let place = workplace();
    run_line(place.path(), &format!("train --data films --no-evaluation {QUICK}")).succeeded();
    let before = manifest(&place.path().join(FOLLOWED));
    let line = format!("train --data films --no-evaluation --form triggers {QUICK}");
    run_line(place.path(), &line).succeeded();
    assert_eq!(manifest(&place.path().join(FOLLOWED)), before);
    let triggers = manifest(&place.path().join("models/triggers"));
    let listed = run_line(place.path(), "models --form triggers --json").succeeded().json();
    assert_eq!(listed["in_place"], json!(triggers.version));
    run_line(place.path(), "promote --form triggers --model-version 1").succeeded();
    assert_eq!(manifest(&place.path().join(FOLLOWED)), before);
}

#[test]
fn an_earlier_version_comes_back_as_it_was() {
    let place = workplace();
    let train = |seed: u32| {
        let line = format!("train --data films --no-evaluation --seed {seed} {QUICK}");
        run_line(place.path(), &line).succeeded();
        manifest(&place.path().join(FOLLOWED))
    };
    let (first, second) = (train(1), train(2));
    assert_ne!(first.version, second.version);
    let listed = run_line(place.path(), "models --json").succeeded().json();
    assert_eq!(listed["model"], "movielens-sensitivity-classifier");
    assert_eq!(listed["in_place"], json!(second.version));
    assert_eq!(listed["versions"][0]["version"], 2);
    assert_eq!(listed["versions"][0]["aliases"], json!(["latest-trained", "production"]));

    run_line(place.path(), "promote --model-version 1").succeeded();
    assert_eq!(manifest(&place.path().join(FOLLOWED)), first);
    let listed = run_line(place.path(), "models --json").succeeded().json();
    assert_eq!(listed["versions"][0]["aliases"], json!(["latest-trained"]));
    assert_eq!(listed["versions"][1]["aliases"], json!(["production"]));
    run_line(place.path(), "predict --title x --description murder").succeeded();

    let text = run_line(place.path(), "models").succeeded().stdout;
    assert!(text.contains("production") && text.contains(&first.version), "{text}");
    run_line(place.path(), "promote --model-version 3").failed_with("has no version 3");
}

#[test]
fn a_version_that_was_damaged_stays_where_it_is() {
    let place = workplace();
    let line = format!("train --data films --no-evaluation --out models/mine {QUICK}");
    run_line(place.path(), &line).succeeded();
    let before = manifest(&place.path().join("models/mine"));
    let runs = place.path().join("models/runs/runs");
    let run = fs::read_dir(&runs).unwrap().next().unwrap().unwrap().path();
    let kept = run.join("artifacts/model/model.json");
    let mut bytes = fs::read(&kept).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&kept, bytes).unwrap();
    run_line(place.path(), "promote --model-version 1 --out models/mine").failed_with("model.json");
    assert_eq!(manifest(&place.path().join("models/mine")), before);
}

#[test]
fn nothing_registered_is_said_plainly() {
    let place = workplace();
    let text = run_line(place.path(), "models --out models/mine").succeeded().stdout;
    assert!(text.contains("no version of movielens-sensitivity-classifier was registered"), "{text}");
}
