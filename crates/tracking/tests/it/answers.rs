use std::time::{Duration, Instant};

use filmlens_tracking::{Credentials, Error, Outcome, Tracking, TrackingSettings, Url};
use serde_json::json;
use tempfile::tempdir;

use crate::double::{Answer, Double, Request, answer};
use crate::support::{start, tracking};

/// As a server on which everything works.
fn well(request: &Request) -> Answer {
    let run = json!({"info": {"run_id": "r1", "artifact_uri": "s3://bucket/r1", "experiment_id": "1",
        "lifecycle_stage": "active"}});
    let body = match request.path.rsplit("/mlflow/").next().unwrap() {
        "experiments/get-by-name" => json!({"experiment": {"experiment_id": "1"}}),
        "runs/create" | "runs/get" => json!({"run": run}),
        _ => json!({}),
    };
    answer(200, &body.to_string())
}

#[test]
fn an_overloaded_server_is_asked_again_after_the_time_it_names() {
    let double = Double::new(|request, earlier| match earlier {
        0 if request.path.ends_with("runs/log-batch") => {
            Answer { status: 429, header: "Retry-After: 2", body: String::new() }
        }
        1 if request.path.ends_with("runs/log-batch") => answer(503, "<html>busy</html>"),
        _ => well(request),
    });
    let folder = tempdir().unwrap();
    let run = tracking(&double.uri(), folder.path()).start(start("e")).unwrap();
    run.metrics(1, [("loss", 0.5)]);
    let finishing = Instant::now();
    let delivery = run.finish(Outcome::Finished);
    assert!(delivery.is_complete(), "{delivery}");
    assert!(finishing.elapsed() >= Duration::from_secs(2));
    let batches = double.requests("runs/log-batch");
    assert_eq!(batches.len(), 3);
    assert_eq!(batches[0].body, batches[2].body);
}

#[test]
fn a_server_that_only_fails_costs_no_more_than_the_patience() {
    let double = Double::new(|_, _| answer(500, r#"{"error_code": "INTERNAL_ERROR", "message": "no disk"}"#));
    let folder = tempdir().unwrap();
    let run = tracking(&double.uri(), folder.path()).start(start("e")).unwrap();
    run.metrics(1, [("loss", 0.5)]);
    let finishing = Instant::now();
    let delivery = run.finish(Outcome::Finished);
    assert!(finishing.elapsed() < Duration::from_secs(8));
    assert_eq!((delivery.delivered, delivery.waiting), (0, 2));
    assert!(delivery.to_string().contains("no disk"), "{delivery}");
}

#[test]
fn a_refused_login_keeps_the_records_and_says_so_at_once() {
    let double = Double::new(|_, _| answer(401, "who are you?"));
    let folder = tempdir().unwrap();
    let uri = Url::parse(&double.uri()).unwrap();
    let mut settings = TrackingSettings::new(Some(uri), folder.path());
    settings.credentials = Some(Credentials::Token(filmlens_settings::Secret::new("t0ken")));
    let run = Tracking::new(settings).unwrap().start(start("e")).unwrap();
    run.metrics(1, [("loss", 0.5)]);
    let finishing = Instant::now();
    let delivery = run.finish(Outcome::Finished);
    assert!(finishing.elapsed() < Duration::from_secs(5));
    assert_eq!(delivery.waiting, 2);
    assert!(delivery.to_string().contains("credentials"), "{delivery}");
    let asked = double.requests("experiments/get-by-name");
    assert_eq!(asked[0].authorization.as_deref(), Some("Bearer t0ken"));
    assert!(asked[0].path.starts_with("/prefix/api/2.0/mlflow/"));
}

#[test]
fn the_one_value_that_is_rejected_is_named_and_the_others_arrive() {
    let double = Double::new(|request, _| {
        if request.path.ends_with("runs/log-batch") && request.body.contains("\"m13\"") {
            return answer(400, r#"{"error_code": "INVALID_PARAMETER_VALUE", "message": "not m13"}"#);
        }
        well(request)
    });
    let folder = tempdir().unwrap();
    let run = tracking(&double.uri(), folder.path()).start(start("e")).unwrap();
    run.metrics(1, (0..100).map(|number| (format!("m{number}"), 1.0)));
    let delivery = run.finish(Outcome::Finished);
    assert_eq!((delivery.delivered, delivery.waiting, delivery.rejected.len()), (99, 0, 1), "{delivery}");
    assert_eq!(delivery.rejected[0].what, "metric m13 of step 1");
}

#[test]
fn artifacts_that_the_server_does_not_keep_itself_are_told() {
    let double = Double::new(|request, _| well(request));
    let folder = tempdir().unwrap();
    let run = tracking(&double.uri(), folder.path()).start(start("e")).unwrap();
    run.artifact_bytes(b"x", "x.bin").unwrap();
    let delivery = run.finish(Outcome::Finished);
    assert!(delivery.to_string().contains("--serve-artifacts"), "{delivery}");
}

#[test]
fn a_page_of_something_else_is_not_taken_for_mlflow() {
    let double = Double::new(|_, _| answer(200, "<html>hello</html>"));
    let folder = tempdir().unwrap();
    let run = tracking(&double.uri(), folder.path()).start(start("e")).unwrap();
    let delivery = run.finish(Outcome::Finished);
    assert!(delivery.waiting == 1 && delivery.to_string().contains("not MLflow's"), "{delivery}");
}

#[test]
fn only_http_addresses_are_taken() {
    let uri = Url::parse("file:///tmp/mlruns").unwrap();
    let error = Tracking::new(TrackingSettings::new(Some(uri), "runs")).err().unwrap();
    assert!(matches!(error, Error::Scheme { scheme } if scheme == "file"));
}
