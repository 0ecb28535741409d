use std::fs;

use filmlens_tracking::Outcome;
use serde_json::json;
use tempfile::tempdir;

use crate::support::{Server, start, steps, tracking, unique, value_of};

#[test]
fn a_run_reaches_the_server_with_all_that_it_recorded() {
    let (server, folder, experiment) = (Server::real(), tempdir().unwrap(), unique("whole"));
    let run = tracking(&server.uri, folder.path()).start(start(&experiment)).unwrap();
    run.params([("width", 64)]);
    run.params([("loss", "gbce")]);
    run.tags([("data", "ml-1m")]);
    run.metrics(1, [("loss", 0.5), ("validation/ndcg@10", 0.125)]);
    run.metrics(2, [("loss", 0.25)]);
    let delivery = run.finish(Outcome::Finished);
    assert!(delivery.is_complete(), "{delivery}");
    assert_eq!(delivery.delivered, 6);

    let found = server.run_of(&experiment);
    assert_eq!((&found["info"]["status"], &found["info"]["run_name"]), (&json!("FINISHED"), &json!("a run")));
    assert_eq!(value_of(&found["data"]["params"], "width"), "64");
    assert_eq!(value_of(&found["data"]["params"], "loss"), "gbce");
    assert_eq!(value_of(&found["data"]["tags"], "data"), "ml-1m");
    assert_eq!(value_of(&found["data"]["tags"], "kind"), "test");
    assert_eq!(server.history(&found, "loss"), [(1, json!(0.5)), (2, json!(0.25))]);
    assert_eq!(server.history(&found, "validation/ndcg_10"), [(1, json!(0.125))]);
}

#[test]
fn more_values_than_a_request_takes_go_in_several() {
    let (server, folder, experiment) = (Server::real(), tempdir().unwrap(), unique("many"));
    let run = tracking(&server.uri, folder.path()).start(start(&experiment)).unwrap();
    run.metrics(7, (0..2_500).map(|number| (format!("m{number}"), f64::from(number))));
    run.params((0..250).map(|number| (format!("p{number}"), "x".repeat(6_000))));
    run.tags((0..150).map(|number| (format!("t{number}"), number)));
    let delivery = run.finish(Outcome::Finished);
    assert!(delivery.is_complete(), "{delivery}");

    let found = server.run_of(&experiment);
    assert_eq!(found["data"]["metrics"].as_array().unwrap().len(), 2_500);
    assert_eq!(found["data"]["params"].as_array().unwrap().len(), 250);
    assert_eq!(value_of(&found["data"]["tags"], "t149"), "149");
    assert_eq!(server.history(&found, "m2499"), [(7, json!(2499.0))]);
}

#[test]
fn odd_names_and_values_that_ran_away_are_taken() {
    let (server, folder, experiment) = (Server::real(), tempdir().unwrap(), unique("odd"));
    let run = tracking(&server.uri, folder.path()).start(start(&experiment)).unwrap();
    run.metrics(1, [("loss", f64::NAN), ("..up/../x", f64::INFINITY), ("precisión@10 (%)", -1e300)]);
    run.params([("/a//b/", "é".repeat(7_000))]);
    run.tags([("", "🙂".repeat(9_000))]);
    run.params([("x".repeat(300), "")]);
    let delivery = run.finish(Outcome::Failed);
    assert!(delivery.is_complete(), "{delivery}");

    let found = server.run_of(&experiment);
    assert_eq!(found["info"]["status"], "FAILED");
    assert_eq!(server.history(&found, "loss"), [(1, json!("NaN"))]);
    assert_eq!(server.history(&found, "precisión_10 ___"), [(1, json!(-1e300))]);
    assert_eq!(value_of(&found["data"]["params"], "a/b").as_str().unwrap().chars().count(), 6_000);
}

#[test]
fn artifacts_arrive_whole_and_may_be_changed_after_the_call() {
    let (server, folder, experiment) = (Server::real(), tempdir().unwrap(), unique("artifacts"));
    let model = folder.path().join("model");
    fs::create_dir_all(model.join("deep")).unwrap();
    let weights: Vec<u8> = (0..3_000_000_u32).map(|number| (number % 251) as u8).collect();
    fs::write(model.join("weights.bin"), &weights).unwrap();
    fs::write(model.join("deep/häßlich name.txt"), "text").unwrap();

    let run = tracking(&server.uri, folder.path()).start(start(&experiment)).unwrap();
    run.artifact(&model, "model").unwrap();
    fs::remove_dir_all(&model).unwrap();
    run.artifact_bytes(b"<svg/>", "curves.svg").unwrap();
    run.artifact_bytes(b"<svg></svg>", "curves.svg").unwrap();
    let delivery = run.finish(Outcome::Finished);
    assert!(delivery.is_complete(), "{delivery}");

    let found = server.run_of(&experiment);
    assert!(server.artifact(&found, "model/weights.bin") == weights);
    assert_eq!(server.artifact(&found, "model/deep/h%C3%A4%C3%9Flich%20name.txt"), b"text");
    assert_eq!(server.artifact(&found, "curves.svg"), b"<svg></svg>");
}

#[test]
fn a_missing_file_is_told_at_the_call() {
    let (server, folder) = (Server::real(), tempdir().unwrap());
    let run = tracking(&server.uri, folder.path()).start(start(&unique("missing"))).unwrap();
    let error = run.artifact(&folder.path().join("absent.bin"), "absent.bin").unwrap_err();
    assert!(error.to_string().contains("absent.bin"), "{error}");
}

#[test]
fn a_resumed_run_repeats_no_step_and_ends_anew() {
    let (server, folder, experiment) = (Server::real(), tempdir().unwrap(), unique("resumed"));
    let tracking = tracking(&server.uri, folder.path());
    let run = tracking.start(start(&experiment)).unwrap();
    let id = run.id().to_owned();
    for step in 1..=30 {
        run.metrics(step, [("loss", 1.0 / step as f64)]);
    }
    assert!(run.finish(Outcome::Killed).is_complete());

    let run = tracking.resume(&id).unwrap();
    assert_eq!(run.id(), id);
    for step in 21..=40 {
        run.metrics(step, [("loss", 1.0 / step as f64)]);
    }
    let delivery = run.finish(Outcome::Finished);
    assert!(delivery.is_complete(), "{delivery}");
    assert_eq!((delivery.delivered, delivery.repeated), (10, 10));

    let found = server.run_of(&experiment);
    assert_eq!(found["info"]["status"], "FINISHED");
    assert_eq!(steps(&server.history(&found, "loss")), (1..=40).collect::<Vec<u64>>());
}

#[test]
fn a_run_of_another_machine_is_found_on_the_server() {
    let (server, experiment) = (Server::real(), unique("elsewhere"));
    let (here, there, third) = (tempdir().unwrap(), tempdir().unwrap(), tempdir().unwrap());
    let run = tracking(&server.uri, there.path()).start(start(&experiment)).unwrap();
    let id = run.id().to_owned();
    run.metrics(1, [("loss", 1.0)]);
    assert!(run.finish(Outcome::Killed).is_complete());

    let run = tracking(&server.uri, here.path()).resume(&id).unwrap();
    run.metrics(1, [("loss", 1.0)]);
    run.metrics(2, [("loss", 0.5)]);
    assert!(run.finish(Outcome::Finished).is_complete());
    let found = server.run_of(&experiment);
    assert_eq!(steps(&server.history(&found, "loss")), [1, 2]);

    let by_server_id =
        tracking(&server.uri, third.path()).resume(found["info"]["run_id"].as_str().unwrap()).unwrap();
    assert_eq!(by_server_id.id(), id);
}

#[test]
fn a_parameter_that_changed_is_rejected_alone() {
    let (server, folder, experiment) = (Server::real(), tempdir().unwrap(), unique("changed"));
    let tracking = tracking(&server.uri, folder.path());
    let run = tracking.start(start(&experiment)).unwrap();
    let id = run.id().to_owned();
    run.params([("width", 64)]);
    drop(run.finish(Outcome::Killed));

    let run = tracking.resume(&id).unwrap();
    run.params([("width", 128), ("depth", 2)]);
    run.metrics(1, [("loss", 0.5)]);
    let delivery = run.finish(Outcome::Finished);
    assert_eq!(delivery.rejected.len(), 1, "{delivery}");
    assert_eq!(delivery.rejected[0].what, "parameter width");
    let found = server.run_of(&experiment);
    assert_eq!(value_of(&found["data"]["params"], "width"), "64");
    assert_eq!(value_of(&found["data"]["params"], "depth"), "2");
    assert_eq!(steps(&server.history(&found, "loss")), [1]);
}

#[test]
fn a_run_deleted_on_the_server_keeps_its_records_here() {
    let (server, folder, experiment) = (Server::real(), tempdir().unwrap(), unique("deleted"));
    let tracking = tracking(&server.uri, folder.path());
    let run = tracking.start(start(&experiment)).unwrap();
    let id = run.id().to_owned();
    run.metrics(1, [("loss", 0.5)]);
    assert!(run.finish(Outcome::Killed).is_complete());
    let found = server.run_of(&experiment);
    server.post("runs/delete", &json!({"run_id": found["info"]["run_id"]}));

    let run = tracking.resume(&id).unwrap();
    run.metrics(2, [("loss", 0.25)]);
    let delivery = run.finish(Outcome::Finished);
    assert!(delivery.waiting > 0 && !delivery.is_complete(), "{delivery}");

    server.post("runs/restore", &json!({"run_id": found["info"]["run_id"]}));
    let deliveries = tracking.deliver().unwrap();
    assert!(deliveries.len() == 1 && deliveries[0].1.is_complete(), "{deliveries:?}");
    assert_eq!(steps(&server.history(&server.run_of(&experiment), "loss")), [1, 2]);
}

#[test]
fn trainings_that_start_together_share_a_new_experiment() {
    let (server, folder, experiment) = (Server::real(), tempdir().unwrap(), unique("race"));
    let tracking = tracking(&server.uri, folder.path());
    let runs: Vec<_> = (0..4).map(|_| tracking.start(start(&experiment)).unwrap()).collect();
    for run in runs {
        let delivery = run.finish(Outcome::Finished);
        assert!(delivery.is_complete(), "{delivery}");
    }
}
