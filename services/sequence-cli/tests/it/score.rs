use std::collections::HashSet;
use std::fs;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::import::{import, imported_with_ids};
use crate::program::run_line;

/// What the twin in Python makes of the same weights.
#[derive(Deserialize)]
struct Expected {
    history: Vec<u32>,
    /// By item number; the last one pads.
    scores: Vec<f64>,
}

fn expected() -> Vec<Expected> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../crates/gsasrec/tests/golden/golden.json");
    let golden: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    serde_json::from_value(golden["models"]["separate"]["histories"].clone()).unwrap()
}

fn listed(answer: &Value) -> Vec<(u32, f64)> {
    let pair = |item: &Value| (item["item"].as_u64().unwrap() as u32, item["score"].as_f64().unwrap());
    answer["items"].as_array().unwrap().iter().map(pair).collect()
}

#[test]
fn the_best_unseen_items_are_those_of_the_reference() {
    let place = tempfile::tempdir().unwrap();
    import(place.path(), "").succeeded();
    for Expected { history, scores } in expected() {
        let seen: HashSet<u32> = history.iter().copied().collect();
        let unseen = (1..=23_u32).filter(|item| !seen.contains(item));
        let mut best: Vec<(u32, f64)> = unseen.map(|item| (item, scores[item as usize])).collect();
        best.sort_by(|one, other| other.1.total_cmp(&one.1));
        best.truncate(5);

        let numbers: Vec<String> = history.iter().map(u32::to_string).collect();
        let line = format!("score model --history {} --k 5 --json", numbers.join(","));
        let answer = run_line(place.path(), &line).succeeded().json();
        assert_eq!(answer["history"], json!(history));
        assert_eq!(answer["model"], "separate");
        for ((item, score), (best_item, best_score)) in listed(&answer).into_iter().zip(best) {
            assert_eq!(item, best_item, "after {history:?}");
            assert!((score - best_score).abs() < 1e-5, "{score} and {best_score} after {history:?}");
        }
    }
}

#[test]
fn no_more_items_are_listed_than_are_unseen_unless_the_seen_are_kept() {
    let place = tempfile::tempdir().unwrap();
    import(place.path(), "").succeeded();
    let answer = run_line(place.path(), "score model --history 4,1,4 --k 100 --json").succeeded().json();
    let items: HashSet<u32> = listed(&answer).into_iter().map(|(item, _)| item).collect();
    assert_eq!(items, (1..=23).filter(|item| ![1, 4].contains(item)).collect());
    let line = "score model --history 4,1,4 --k 100 --keep-seen --json";
    let answer = run_line(place.path(), line).succeeded().json();
    assert_eq!(listed(&answer).len(), 23);
}

#[test]
fn without_json_the_items_are_a_table() {
    let place = tempfile::tempdir().unwrap();
    import(place.path(), "").succeeded();
    let run = run_line(place.path(), "score model --history 4,1 --k 3").succeeded();
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(lines.len(), 4);
    assert_eq!(lines[0].split_whitespace().collect::<Vec<_>>(), ["item", "id", "score"]);
    assert!(lines[1..].iter().all(|line| line.split_whitespace().count() == 3), "{lines:?}");
}

#[test]
fn what_is_no_history_of_the_model_is_refused() {
    let place = tempfile::tempdir().unwrap();
    import(place.path(), "").succeeded();
    for (arguments, said) in [
        ("--history 0", "0 is no item of this model; they run from 1 to 23"),
        ("--history 1,24", "24 is no item of this model; they run from 1 to 23"),
        ("--history 1,,2", "invalid value"),
        ("--history 1,-2", "-2 is no item of this model; they run from 1 to 23"),
        ("--history 5000000000", "5000000000 is no item of this model"),
        ("--history film", "invalid value"),
        ("", "--history"),
        ("--history 1 --k 0", "0 is not in 1..=1000"),
        ("--history 1 --k 1001", "1001 is not in 1..=1000"),
    ] {
        run_line(place.path(), &format!("score model {arguments}")).failed_with(said);
    }
    run_line(place.path(), "score nowhere --history 1").failed_with("nowhere holds no manifest.json");
}

#[test]
fn a_history_of_ids_gives_the_same_items_with_their_ids() {
    let place = imported_with_ids();
    let by_ids = run_line(place.path(), "score model --history 140,110 --ids --json").succeeded().json();
    let by_numbers = run_line(place.path(), "score model --history 4,1 --json").succeeded().json();
    assert_eq!(by_ids, by_numbers);
    for item in by_ids["items"].as_array().unwrap() {
        assert_eq!(item["id"].as_u64(), Some(100 + 10 * item["item"].as_u64().unwrap()));
    }
    let run = run_line(place.path(), "score model --history 140,4 --ids");
    run.failed_with("the model knows no film with the id 4");
}
