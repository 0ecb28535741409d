use std::env;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use filmlens_tracking::Outcome;
use tempfile::tempdir;

use crate::files::{metric_lines, run_folder};
use crate::support::{Server, in_files, start, steps, tracking, unique};

const FOLDER: &str = "FILMLENS_TEST_KILLED_FOLDER";
const SERVER: &str = "FILMLENS_TEST_KILLED_SERVER";
const EXPERIMENT: &str = "FILMLENS_TEST_KILLED_EXPERIMENT";

#[test]
#[ignore = "another test runs it in a process of its own, and kills that"]
fn a_training_that_never_ends() {
    #[expect(clippy::disallowed_methods, reason = "told by the test that starts this process")]
    let [folder, server, experiment] = [FOLDER, SERVER, EXPERIMENT].map(env::var);
    let folder = folder.unwrap();
    let tracking = match server {
        Ok(uri) => tracking(&uri, Path::new(&folder)),
        Err(_) => in_files(Path::new(&folder)),
    };
    let run = tracking.start(start(&experiment.unwrap())).unwrap();
    for step in 1.. {
        run.metrics(step, [("loss", 0.5)]);
        thread::sleep(Duration::from_micros(200));
    }
}

/// Runs it until `file` of its run is so long, kills it, and returns the run's id.
fn kill_a_training(folder: &Path, server: Option<&str>, experiment: &str, file: &str) -> String {
    const LONG_ENOUGH: u64 = 40_000;
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "killed::a_training_that_never_ends", "--ignored"]);
    command.env(FOLDER, folder).env(EXPERIMENT, experiment).stdout(Stdio::null());
    if let Some(server) = server {
        command.env(SERVER, server);
    }
    let mut child = command.spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    let id = loop {
        assert!(
            Instant::now() < deadline && child.try_wait().unwrap().is_none(),
            "the training does not record"
        );
        thread::sleep(Duration::from_millis(20));
        let Some(Ok(run)) = fs::read_dir(folder.join("runs")).ok().and_then(|mut runs| runs.next()) else {
            continue;
        };
        if fs::metadata(run.path().join(file)).is_ok_and(|file| file.len() > LONG_ENOUGH) {
            break run.file_name().into_string().unwrap();
        }
    };
    child.kill().unwrap();
    child.wait().unwrap();
    id
}

#[test]
fn a_killed_training_loses_no_line_and_goes_on() {
    let root = tempdir().unwrap();
    let id = kill_a_training(root.path(), None, "sequence", "metrics.jsonl");
    let folder = run_folder(root.path(), &id);
    // As if the kill had met it in the middle of a line.
    let mut torn = fs::read(folder.join("metrics.jsonl")).unwrap();
    let whole = torn.iter().filter(|byte| **byte == b'\n').count() as u64;
    torn.extend_from_slice(b"{\"step\": 99");
    fs::write(folder.join("metrics.jsonl"), torn).unwrap();

    let run = in_files(root.path()).resume(&id).unwrap();
    (whole - 5..=whole + 5).for_each(|step| run.metrics(step, [("loss", 0.5)]));
    assert!(run.finish(Outcome::Finished).is_complete());
    let steps: Vec<_> = metric_lines(&folder).iter().map(|line| line["step"].as_u64().unwrap()).collect();
    assert_eq!(steps, (1..=whole + 5).collect::<Vec<u64>>());
}

#[test]
fn a_killed_training_goes_on_with_the_same_run_on_the_server() {
    let (server, root, experiment) = (Server::real(), tempdir().unwrap(), unique("killed"));
    let id = kill_a_training(root.path(), Some(&server.uri), &experiment, "spool.jsonl");
    let run = tracking(&server.uri, root.path()).resume(&id).unwrap();
    let spool = fs::read_to_string(run_folder(root.path(), &id).join("spool.jsonl")).unwrap();
    let recorded = spool.lines().filter(|line| line.contains("\"metrics\"")).count() as u64;
    (recorded - 20..=recorded + 10).for_each(|step| run.metrics(step, [("loss", 0.5)]));
    let delivery = run.finish(Outcome::Finished);
    assert!(delivery.is_complete() && delivery.repeated == 21, "{delivery}");
    let found = server.run_of(&experiment);
    assert_eq!(steps(&server.history(&found, "loss")), (1..=recorded + 10).collect::<Vec<u64>>());
}
