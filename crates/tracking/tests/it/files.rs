use std::fs;
use std::path::{Path, PathBuf};

use filmlens_tracking::{Error, Outcome};
use serde_json::{Value, json};
use tempfile::tempdir;

use crate::support::{in_files, start};

pub(crate) fn run_folder(root: &Path, id: &str) -> PathBuf {
    root.join("runs").join(id)
}

pub(crate) fn json_of(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

pub(crate) fn metric_lines(run: &Path) -> Vec<Value> {
    let text = fs::read_to_string(run.join("metrics.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_run_is_kept_as_files_that_a_person_can_read() {
    let root = tempdir().unwrap();
    let run = in_files(root.path()).start(start("sequence")).unwrap();
    let folder = run_folder(root.path(), run.id());
    run.params([("width", 64)]);
    run.tags([("data", "ml-1m")]);
    run.metrics(1, [("loss", 0.5), ("ndcg", f64::NAN)]);
    run.artifact_bytes(b"<svg/>", "plots/curves.svg").unwrap();
    let delivery = run.finish(Outcome::Finished);
    assert!(delivery.is_complete() && delivery.delivered == 5, "{delivery}");

    let record = json_of(&folder.join("run.json"));
    assert_eq!((&record["experiment"], &record["outcome"]), (&json!("sequence"), &json!("FINISHED")));
    assert!(record["ended_at"].is_string());
    assert_eq!(json_of(&folder.join("params.json")), json!({"width": "64"}));
    assert_eq!(json_of(&folder.join("tags.json")), json!({"data": "ml-1m", "kind": "test"}));
    let [line] = &metric_lines(&folder)[..] else { panic!("one line") };
    assert_eq!((&line["step"], &line["values"]), (&json!(1), &json!({"loss": 0.5, "ndcg": "NaN"})));
    assert!(line["timestamp_ms"].as_i64().unwrap() > 1_600_000_000_000);
    assert_eq!(fs::read(folder.join("artifacts/plots/curves.svg")).unwrap(), b"<svg/>");
}

#[test]
fn a_resumed_run_goes_on_in_its_files() {
    let root = tempdir().unwrap();
    let tracking = in_files(root.path());
    let run = tracking.start(start("sequence")).unwrap();
    let id = run.id().to_owned();
    run.params([("width", 64)]);
    (1..=10).for_each(|step| run.metrics(step, [("loss", 0.5)]));
    drop(run);

    let run = tracking.resume(&id).unwrap();
    run.params([("width", 128), ("depth", 2)]);
    (6..=12).for_each(|step| run.metrics(step, [("loss", 0.5)]));
    let delivery = run.finish(Outcome::Finished);
    assert_eq!((delivery.repeated, delivery.rejected.len()), (5, 1), "{delivery}");
    let folder = run_folder(root.path(), &id);
    let steps: Vec<_> = metric_lines(&folder).iter().map(|line| line["step"].as_u64().unwrap()).collect();
    assert_eq!(steps, (1..=12).collect::<Vec<u64>>());
    assert_eq!(json_of(&folder.join("params.json")), json!({"width": "64", "depth": "2"}));
}

#[test]
fn an_unknown_run_is_an_error() {
    let root = tempdir().unwrap();
    assert!(matches!(in_files(root.path()).resume("absent"), Err(Error::UnknownRun { .. })));
}

#[test]
fn records_that_cannot_be_written_are_told_and_nothing_panics() {
    let root = tempdir().unwrap();
    let run = in_files(root.path()).start(start("sequence")).unwrap();
    fs::remove_dir_all(run_folder(root.path(), run.id())).unwrap();
    run.params([("width", 64)]);
    let delivery = run.finish(Outcome::Finished);
    assert!(delivery.lost > 0 && delivery.reason.is_some(), "{delivery}");
}
