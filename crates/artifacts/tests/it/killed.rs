//! A writer that is killed at any moment leaves a whole model and nothing that stays.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use filmlens_artifacts::{Artifact, Draft};

use crate::{VOCABULARY, WEIGHTS, names, publish, weights};

const KILLS: u32 = 25;
const MARKER: &str = "killed-publish";

#[test]
fn a_killed_publication_leaves_a_whole_model() {
    let base = tempfile::tempdir().unwrap();
    fs::write(base.path().join(MARKER), "").unwrap();
    let target = base.path().join("model");
    for kill in 0..KILLS {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "killed::publishes_until_killed", "--ignored", "--nocapture"])
            .current_dir(base.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Every kill comes at another moment of the work that follows this line.
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let published = lines.find(|line| line.as_ref().unwrap().ends_with("published"));
        assert!(published.is_some());
        for step in 0..u64::from(kill) * 20_000 {
            std::hint::black_box(step);
        }
        child.kill().unwrap();
        child.wait().unwrap();

        let artifact = Artifact::open(&target).unwrap();
        let generation: u32 = artifact.manifest().name.parse().unwrap();
        assert_eq!(artifact.read(WEIGHTS).unwrap(), weights(generation));
        assert_eq!(artifact.read(VOCABULARY).unwrap(), generation.to_string().as_bytes());
    }
    drop(Draft::new(&target).unwrap());
    assert_eq!(names(base.path()), [MARKER, "model"]);
}

#[test]
#[ignore = "it is killed by the test above, which runs it in a process of its own"]
fn publishes_until_killed() {
    if !Path::new(MARKER).exists() {
        return;
    }
    for generation in 0.. {
        publish(Path::new("model"), generation);
        println!("published");
    }
}
