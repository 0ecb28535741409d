use std::error::Error as _;
use std::fs;
use std::os::unix::fs::symlink;

use chrono::TimeDelta;
use filmlens_artifacts::{Artifact, Description, Draft, Error, Metric, VocabularyRecord, sha256_hex};
use serde::Deserialize;

use crate::{VOCABULARY, WEIGHTS, description, names, publish, weights};

#[test]
fn what_was_published_is_read_back_the_same() {
    let base = tempfile::tempdir().unwrap();
    let target = base.path().join("models/ml-1m");
    let draft = Draft::new(&target).unwrap();
    draft.write(WEIGHTS, &weights(1)).unwrap();
    fs::write(draft.path(VOCABULARY).unwrap(), "[3, 1, 2]").unwrap();
    assert!(!target.exists());
    let published = draft.publish(description()).unwrap();

    let artifact = Artifact::open(&target).unwrap();
    let manifest = artifact.manifest();
    assert_eq!(*manifest, published);
    assert_eq!(manifest.metrics, description().metrics);
    assert_eq!(manifest.hyper_parameters, description().hyper_parameters);
    assert_eq!(artifact.read(WEIGHTS).unwrap(), weights(1));
    assert_eq!(artifact.read(VOCABULARY).unwrap(), b"[3, 1, 2]");
    assert_eq!(artifact.path(WEIGHTS).unwrap(), target.join(WEIGHTS));
    assert_eq!(names(&base.path().join("models")), ["ml-1m"]);
    assert_eq!(names(&target), ["manifest.json", VOCABULARY, WEIGHTS]);
    let text = fs::read_to_string(target.join("manifest.json")).unwrap();
    assert!(
        text.starts_with("{\n  \"format\": 1,\n  \"kind\": \"sequence-model\",\n  \"name\": \"ml-1m\",\n"),
        "{text}"
    );
}

#[test]
fn versions_sort_by_time_and_differ_with_the_content() {
    let base = tempfile::tempdir().unwrap();
    let target = base.path().join("model");
    let first = publish(&target, 1).version;
    let second = publish(&target, 2).version;
    assert!(first.starts_with("20250615T150640123Z-"), "{first}");
    assert_eq!(first[..20], second[..20]);
    assert_ne!(first, second);
    let draft = Draft::new(&target).unwrap();
    let created_at = description().created_at + TimeDelta::milliseconds(1);
    let later = draft.publish(Description { created_at, ..description() }).unwrap().version;
    assert!(later > first && later > second);
}

#[test]
fn a_dropped_draft_leaves_nothing_and_the_former_model() {
    let base = tempfile::tempdir().unwrap();
    let target = base.path().join("model");
    publish(&target, 1);
    let draft = Draft::new(&target).unwrap();
    draft.write(WEIGHTS, &weights(2)).unwrap();
    drop(draft);
    assert_eq!(names(base.path()), ["model"]);
    assert_eq!(Artifact::open(&target).unwrap().read(WEIGHTS).unwrap(), weights(1));
}

#[test]
fn drafts_of_the_same_model_do_not_disturb_each_other() {
    let base = tempfile::tempdir().unwrap();
    let target = base.path().join("model");
    let early = Draft::new(&target).unwrap();
    early.write(WEIGHTS, &weights(1)).unwrap();
    publish(&target, 2);
    publish(&target, 3);
    early.publish(description()).unwrap();
    assert_eq!(Artifact::open(&target).unwrap().read(WEIGHTS).unwrap(), weights(1));
    assert_eq!(names(base.path()), ["model"]);
}

#[test]
fn the_folder_that_a_link_leads_to_is_replaced_and_the_link_stays() {
    let base = tempfile::tempdir().unwrap();
    let (folder, link) = (base.path().join("model-1"), base.path().join("current"));
    publish(&folder, 1);
    symlink(&folder, &link).unwrap();
    publish(&link, 2);
    assert!(link.is_symlink());
    assert_eq!(Artifact::open(&folder).unwrap().read(WEIGHTS).unwrap(), weights(2));
}

#[test]
fn a_folder_with_anything_else_in_it_is_not_replaced() {
    let base = tempfile::tempdir().unwrap();
    let home = base.path().join("home");
    fs::create_dir(&home).unwrap();
    Draft::new(&home).unwrap();
    fs::write(home.join("thesis.txt"), "three years").unwrap();
    let error = Draft::new(&home).unwrap_err();
    assert!(error.to_string().contains("home/thesis.txt would be lost"), "{error}");

    let target = base.path().join("model");
    publish(&target, 1);
    let draft = Draft::new(&target).unwrap();
    fs::write(target.join("notes.txt"), "mine").unwrap();
    assert!(matches!(draft.publish(description()), Err(Error::Occupied { .. })));
    assert!(matches!(Draft::new(&target), Err(Error::Occupied { .. })));
    assert_eq!(Artifact::open(&target).unwrap().read(WEIGHTS).unwrap(), weights(1));
    assert_eq!(names(base.path()), ["home", "model"]);
}

#[test]
fn what_cannot_be_part_of_a_model_is_refused() {
    let base = tempfile::tempdir().unwrap();
    let target = base.path().join("model");
    let draft = Draft::new(&target).unwrap();
    assert!(matches!(draft.write("../weights", b""), Err(Error::FileName { .. })));
    assert!(matches!(draft.write("manifest.json", b""), Err(Error::FileName { .. })));
    fs::create_dir(draft.path("checkpoints").unwrap()).unwrap();
    assert!(matches!(draft.publish(description()), Err(Error::NotAFile { .. })));

    let draft = Draft::new(&target).unwrap();
    let mut infinite = description();
    infinite.metrics.insert("loss".to_owned(), Metric::Number(f64::INFINITY));
    assert!(matches!(draft.publish(infinite), Err(Error::NotFinite { .. })));
    assert!(matches!(Draft::new("/"), Err(Error::NoTargetName { .. })));
    assert_eq!(names(base.path()).len(), 0);
}

#[test]
fn typed_reads_name_what_does_not_fit() {
    #[derive(Debug, Deserialize, PartialEq)]
    struct Typed {
        dimension: u32,
        loss: Loss,
    }
    #[derive(Debug, Deserialize, PartialEq)]
    struct Loss {
        negatives: u32,
    }

    let base = tempfile::tempdir().unwrap();
    let mut manifest = publish(&base.path().join("model"), 1);
    let typed: Typed = manifest.hyper_parameters_as().unwrap();
    assert_eq!(typed, Typed { dimension: 64, loss: Loss { negatives: 256 } });
    manifest.hyper_parameters["loss"]["negatives"] = "many".into();
    let error = manifest.hyper_parameters_as::<Typed>().unwrap_err();
    assert_eq!(
        error.to_string(),
        "the hyper-parameters of the model cannot be used: loss.negatives is wrong"
    );
    manifest.hyper_parameters.as_object_mut().unwrap().remove("dimension");
    manifest.hyper_parameters["loss"]["negatives"] = 1.into();
    let error = manifest.hyper_parameters_as::<Typed>().unwrap_err();
    assert_eq!(error.source().unwrap().to_string(), "missing field `dimension`");
}

#[test]
fn a_model_of_another_kind_or_vocabulary_is_refused() {
    let base = tempfile::tempdir().unwrap();
    let target = base.path().join("model");
    publish(&target, 1);
    let artifact = Artifact::open(&target).unwrap();
    artifact.expect_kind("sequence-model").unwrap();
    let error = artifact.expect_kind("classifier").unwrap_err().to_string();
    assert!(error.ends_with("model is a \"sequence-model\", and a \"classifier\" is needed"), "{error}");

    let recorded = &artifact.manifest().vocabulary;
    recorded.expect(&recorded.clone()).unwrap();
    let other = VocabularyRecord { items: 3417, sha256: sha256_hex(b"others") };
    let error = recorded.expect(&other).unwrap_err().to_string();
    assert!(error.contains("has 3417 items") && error.contains("says 3416"), "{error}");
}
