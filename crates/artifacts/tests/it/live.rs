use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use filmlens_artifacts::{Artifact, Live};

use crate::{WEIGHTS, publish, weights};

const PAUSE: Duration = Duration::from_millis(5);

/// The generation that the weights say.
fn load(artifact: &Artifact) -> Result<u32, String> {
    let bytes = artifact.read(WEIGHTS).map_err(|error| error.to_string())?;
    let generation = u32::from_le_bytes(bytes[..4].try_into().unwrap());
    match generation {
        13 => Err("13 brings bad luck".to_owned()),
        14 => panic!("14 is worse"),
        _ => Ok(generation),
    }
}

fn follow(folder: &Path) -> Live<u32> {
    Live::follow(folder, PAUSE, load)
}

#[track_caller]
fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !holds() {
        assert!(Instant::now() < deadline, "never happened: {what}");
        thread::sleep(PAUSE);
    }
}

fn generation(live: &Live<u32>) -> Option<u32> {
    live.current().map(|loaded| loaded.model)
}

fn reason(live: &Live<u32>) -> String {
    live.refused().map(|refused| refused.reason.clone()).unwrap_or_default()
}

#[test]
fn each_version_takes_the_place_of_the_former_which_goes_on_where_it_is_used() {
    let base = tempfile::tempdir().unwrap();
    let target = base.path().join("model");
    let first = publish(&target, 1);
    let live = follow(&target);
    wait_until("the first is loaded", || generation(&live) == Some(1));
    let used = live.current().unwrap();
    publish(&target, 2);
    wait_until("the second is loaded", || generation(&live) == Some(2));
    assert_eq!((used.model, &used.manifest), (1, &first));
    assert_eq!(live.refused(), None);
}

#[test]
fn a_model_that_comes_later_is_taken_up() {
    let base = tempfile::tempdir().unwrap();
    let target = base.path().join("model");
    let live = follow(&target);
    wait_until("its absence is noticed", || reason(&live).contains("manifest.json"));
    assert_eq!(generation(&live), None);
    publish(&target, 1);
    wait_until("it is loaded", || generation(&live) == Some(1));
    assert_eq!(live.refused(), None);
}

#[test]
fn what_cannot_be_loaded_is_refused_and_the_former_goes_on() {
    let base = tempfile::tempdir().unwrap();
    let target = base.path().join("model");
    publish(&target, 1);
    let live = follow(&target);
    wait_until("the first is loaded", || generation(&live) == Some(1));

    let unlucky = publish(&target, 13);
    wait_until("it is refused", || reason(&live) == "13 brings bad luck");
    assert_eq!(live.refused().unwrap().version, Some(unlucky.version));
    publish(&target, 14);
    wait_until("a panic is refused", || reason(&live).ends_with("14 is worse"));
    assert_eq!(generation(&live), Some(1));

    publish(&target, 15);
    wait_until("the next is loaded", || generation(&live) == Some(15));
    fs::write(target.join(WEIGHTS), weights(16)).unwrap();
    wait_until("a changed file is refused", || reason(&live).contains("SHA-256"));
    fs::write(target.join(WEIGHTS), weights(15)).unwrap();
    wait_until("the file is as it was", || live.refused().is_none());
    fs::remove_dir_all(&target).unwrap();
    wait_until("its absence is noticed", || reason(&live).contains("manifest.json"));
    assert_eq!(generation(&live), Some(15));
}

#[test]
fn a_copy_that_goes_on_is_tried_again() {
    let base = tempfile::tempdir().unwrap();
    let (source, target) = (base.path().join("source"), base.path().join("model"));
    publish(&source, 1);
    fs::create_dir(&target).unwrap();
    let live = follow(&target);
    let mut names = crate::names(&source);
    names.sort_by_key(|name| name != "manifest.json");
    for name in &names {
        fs::copy(source.join(name), target.join(name)).unwrap();
        thread::sleep(PAUSE * 3);
    }
    wait_until("it is loaded", || generation(&live) == Some(1));
}

#[test]
fn dropping_it_ends_its_thread() {
    let base = tempfile::tempdir().unwrap();
    let target = base.path().join("model");
    publish(&target, 1);
    let live = Live::follow(&target, Duration::from_secs(600), load);
    wait_until("the first is loaded", || generation(&live) == Some(1));
    drop(live);
}
