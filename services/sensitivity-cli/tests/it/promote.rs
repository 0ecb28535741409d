use std::fs;

use serde_json::json;

use crate::data::{QUICK, manifest, workplace};
use crate::program::run_line;

#[test]
fn an_earlier_version_comes_back_as_it_was() {
    let place = workplace();
    let train = |seed: u32| {
        let line = format!("train --data films --no-evaluation --out models/mine --seed {seed} {QUICK}");
        run_line(place.path(), &line).succeeded();
        manifest(&place.path().join("models/mine"))
    };
    let (first, second) = (train(1), train(2));
    assert_ne!(first.version, second.version);
    let listed = run_line(place.path(), "models --out models/mine --json").succeeded().json();
    assert_eq!(listed["model"], "movielens-sensitivity-classifier");
    assert_eq!(listed["in_place"], json!(second.version));
    assert_eq!(listed["versions"][0]["version"], 2);
    assert_eq!(listed["versions"][0]["aliases"], json!(["latest-trained", "production"]));

    run_line(place.path(), "promote --model-version 1 --out models/mine").succeeded();
    assert_eq!(manifest(&place.path().join("models/mine")), first);
    let listed = run_line(place.path(), "models --out models/mine --json").succeeded().json();
    assert_eq!(listed["versions"][0]["aliases"], json!(["latest-trained"]));
    assert_eq!(listed["versions"][1]["aliases"], json!(["production"]));
    run_line(place.path(), "predict models/mine --title x --description murder").succeeded();

    let text = run_line(place.path(), "models --out models/mine").succeeded().stdout;
    assert!(text.contains("production") && text.contains(&first.version), "{text}");
    run_line(place.path(), "promote --model-version 3 --out models/mine").failed_with("has no version 3");
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
