use std::thread;
use std::time::{Duration, Instant};

use filmlens_tracking::{Error, Outcome};
use tempfile::tempdir;

use crate::relay::Relay;
use crate::support::{Server, start, steps, tracking, unique, value_of};

#[test]
fn what_a_server_that_is_away_misses_goes_out_with_the_next_run() {
    let (server, folder, experiment) = (Server::real(), tempdir().unwrap(), unique("away"));
    let mut relay = Relay::to(&server.uri);
    let tracking = tracking(&relay.uri(), folder.path());
    relay.cut();
    let run = tracking.start(start(&experiment)).unwrap();
    let called = Instant::now();
    for step in 1..=3_000 {
        run.metrics(step, [("loss", step as f64)]);
    }
    run.params([("width", 64)]);
    run.artifact_bytes(b"weights", "model.bin").unwrap();
    assert!(called.elapsed() < Duration::from_secs(2), "calls took {:?}", called.elapsed());
    let delivery = run.finish(Outcome::Finished);
    assert_eq!((delivery.delivered, delivery.waiting), (0, 3_003), "{delivery}");
    assert!(delivery.reason.as_ref().unwrap().contains("does not answer"), "{delivery}");
    assert!(delivery.spool.as_ref().unwrap().join("spool.jsonl").exists());

    relay.mend();
    let next = tracking.start(start(&unique("next"))).unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    while delivery.spool.as_ref().unwrap().join("spool.jsonl").exists() {
        assert!(Instant::now() < deadline, "the spool is still there");
        thread::sleep(Duration::from_millis(50));
    }
    assert!(next.finish(Outcome::Finished).is_complete());
    let found = server.run_of(&experiment);
    assert_eq!(found["info"]["status"], "FINISHED");
    assert_eq!(steps(&server.history(&found, "loss")), (1..=3_000).collect::<Vec<u64>>());
    assert_eq!(value_of(&found["data"]["params"], "width"), "64");
    assert_eq!(server.artifact(&found, "model.bin"), b"weights");
}

#[test]
fn a_server_that_comes_back_during_the_run_gets_everything_once() {
    let (server, folder, experiment) = (Server::real(), tempdir().unwrap(), unique("back"));
    let mut relay = Relay::to(&server.uri);
    let run = tracking(&relay.uri(), folder.path()).start(start(&experiment)).unwrap();
    for step in 1..=400 {
        match step {
            100 | 250 => relay.cut(),
            200 | 350 => relay.mend(),
            _ => {}
        }
        run.metrics(step, [("loss", 0.5)]);
        thread::sleep(Duration::from_millis(10));
    }
    let delivery = run.finish(Outcome::Finished);
    assert!(delivery.is_complete(), "{delivery}");
    assert_eq!(steps(&server.history(&server.run_of(&experiment), "loss")), (1..=400).collect::<Vec<u64>>());
}

#[test]
fn requests_whose_answers_are_lost_leave_no_second_run_and_no_second_value() {
    let (server, folder, experiment) = (Server::real(), tempdir().unwrap(), unique("lost"));
    let relay = Relay::to(&server.uri);
    relay.lose_answers(4);
    let run = tracking(&relay.uri(), folder.path()).start(start(&experiment)).unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    while relay.answers_to_lose() > 0 {
        assert!(Instant::now() < deadline, "nothing is sent");
        thread::sleep(Duration::from_millis(20));
    }
    relay.lose_answers(3);
    run.metrics(1, [("loss", 0.5), ("accuracy", f64::NAN)]);
    run.params([("width", 64)]);
    while relay.answers_to_lose() > 0 {
        assert!(Instant::now() < deadline, "nothing is sent");
        thread::sleep(Duration::from_millis(20));
    }
    assert!(run.finish(Outcome::Finished).is_complete());
    let found = server.run_of(&experiment);
    assert_eq!(steps(&server.history(&found, "loss")), [1]);
    assert_eq!(steps(&server.history(&found, "accuracy")), [1]);
}

#[test]
fn a_run_dropped_without_the_server_is_resumed_with_what_it_had() {
    let (server, folder, experiment) = (Server::real(), tempdir().unwrap(), unique("dropped"));
    let mut relay = Relay::to(&server.uri);
    let tracking = tracking(&relay.uri(), folder.path());
    relay.cut();
    let run = tracking.start(start(&experiment)).unwrap();
    let id = run.id().to_owned();
    for step in 1..=20 {
        run.metrics(step, [("loss", 1.0)]);
    }
    let dropped = Instant::now();
    drop(run);
    assert!(dropped.elapsed() < Duration::from_secs(2), "a drop waits for nobody");

    relay.mend();
    let run = tracking.resume(&id).unwrap();
    for step in 11..=25 {
        run.metrics(step, [("loss", 1.0)]);
    }
    let delivery = run.finish(Outcome::Finished);
    assert!(delivery.is_complete() && delivery.repeated == 10, "{delivery}");
    assert_eq!(steps(&server.history(&server.run_of(&experiment), "loss")), (1..=25).collect::<Vec<u64>>());
}

#[test]
fn a_run_in_use_is_not_resumed_twice() {
    let (server, folder) = (Server::real(), tempdir().unwrap());
    let tracking = tracking(&server.uri, folder.path());
    let run = tracking.start(start(&unique("twice"))).unwrap();
    assert!(matches!(tracking.resume(run.id()), Err(Error::InUse { .. })));
    assert!(matches!(tracking.resume("../runs"), Err(Error::UnknownRun { .. })));
}
