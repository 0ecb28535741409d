use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use filmlens_artifacts::{Artifact, Error};

use crate::{VOCABULARY, WEIGHTS, names, publish, weights};

const GENERATIONS: u32 = 40;

/// The generation that the manifest and every file agree on.
fn generation(artifact: &Artifact) -> u32 {
    let generation: u32 = artifact.manifest().name.parse().unwrap();
    assert_eq!(artifact.read(WEIGHTS).unwrap(), weights(generation));
    assert_eq!(artifact.read(VOCABULARY).unwrap(), generation.to_string().as_bytes());
    generation
}

#[test]
fn a_model_that_is_replaced_again_and_again_is_never_read_as_a_mix() {
    let base = tempfile::tempdir().unwrap();
    let target = base.path().join("model");
    publish(&target, 0);
    let is_done = AtomicBool::new(false);
    thread::scope(|scope| {
        let readers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    let mut last = 0;
                    let mut opened = 0;
                    while !is_done.load(Ordering::Relaxed) {
                        match Artifact::open(&target) {
                            Ok(artifact) => {
                                let generation = generation(&artifact);
                                assert!(generation >= last);
                                last = generation;
                                opened += 1;
                            }
                            Err(error) => assert!(matches!(error, Error::AlwaysReplaced { .. }), "{error:?}"),
                        }
                    }
                    opened
                })
            })
            .collect();
        for generation in 1..=GENERATIONS {
            publish(&target, generation);
        }
        is_done.store(true, Ordering::Relaxed);
        for reader in readers {
            assert!(reader.join().unwrap() > 0);
        }
    });
    assert_eq!(generation(&Artifact::open(&target).unwrap()), GENERATIONS);
    assert_eq!(names(base.path()), ["model"]);
}

#[test]
fn a_model_that_was_opened_stays_readable_when_it_is_replaced() {
    let base = tempfile::tempdir().unwrap();
    let target = base.path().join("model");
    publish(&target, 1);
    let former = Artifact::open(&target).unwrap();
    publish(&target, 2);
    assert_eq!(generation(&former), 1);
    assert_eq!(generation(&Artifact::open(&target).unwrap()), 2);
}
