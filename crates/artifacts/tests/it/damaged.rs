use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use filmlens_artifacts::{Artifact, Error};
use proptest::prelude::*;
use tempfile::TempDir;

use crate::{VOCABULARY, WEIGHTS, names, publish};

/// A copy of a model; only the first call waits for a disk.
fn published() -> (TempDir, PathBuf) {
    static ORIGINAL: LazyLock<TempDir> = LazyLock::new(|| {
        let base = tempfile::tempdir().unwrap();
        publish(&base.path().join("model"), 1);
        base
    });
    let original = ORIGINAL.path().join("model");
    let base = tempfile::tempdir().unwrap();
    let target = base.path().join("model");
    fs::create_dir(&target).unwrap();
    for name in names(&original) {
        fs::copy(original.join(&name), target.join(&name)).unwrap();
    }
    (base, target)
}

proptest! {
    #[test]
    fn a_model_with_any_byte_changed_is_refused(
        file in prop::sample::select(vec!["manifest.json", VOCABULARY, WEIGHTS]),
        position in any::<prop::sample::Index>(),
        change in 1..=255_u8,
    ) {
        let (_base, target) = published();
        let path = target.join(file);
        let mut bytes = fs::read(&path).unwrap();
        *position.get_mut(&mut bytes) ^= change;
        fs::write(&path, bytes).unwrap();
        let error = Artifact::open(&target).unwrap_err();
        prop_assert!(error.to_string().contains(path.to_str().unwrap()), "{}", error);
    }

    #[test]
    fn a_model_with_any_file_cut_short_is_refused(
        file in prop::sample::select(vec!["manifest.json", VOCABULARY, WEIGHTS]),
        length in any::<prop::sample::Index>(),
    ) {
        let (_base, target) = published();
        let path = target.join(file);
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..length.index(bytes.len())]).unwrap();
        Artifact::open(&target).unwrap_err();
    }
}

/// Opens the model after a change of its manifest.
fn opened_with(from: &str, to: &str) -> Error {
    let (_base, target) = published();
    let path = target.join("manifest.json");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(&path, text.replace(from, to)).unwrap();
    Artifact::open(&target).unwrap_err()
}

#[test]
fn an_error_says_which_file_is_wrong_and_what_was_expected() {
    let (_base, target) = published();
    let weights = target.join(WEIGHTS);
    fs::write(&weights, "short").unwrap();
    let error = Artifact::open(&target).unwrap_err().to_string();
    let expected =
        format!("{} has 5 bytes, and the manifest says 2000; copy the model again", weights.display());
    assert_eq!(error, expected);

    fs::remove_file(&weights).unwrap();
    assert!(matches!(Artifact::open(&target), Err(Error::MissingFile { path }) if path == weights));
    fs::create_dir(&weights).unwrap();
    assert!(matches!(Artifact::open(&target), Err(Error::NotAFile { path }) if path == weights));

    let error = Artifact::open(target.join("nowhere")).unwrap_err().to_string();
    assert!(error.contains("holds no manifest.json"), "{error}");
}

#[test]
fn a_manifest_that_was_edited_is_refused_with_the_reason() {
    let error = opened_with("\"format\": 1", "\"format\": 2").to_string();
    assert!(error.contains("is of format 2, and this program reads format 1"), "{error}");
    let error = opened_with("\"items\": 3416", "\"items\": -1").to_string();
    assert!(error.ends_with("is not a manifest: vocabulary.items is wrong"), "{error}");
    assert!(matches!(opened_with("0.182", "0.191"), Error::ManifestChanged { .. }));
    assert!(matches!(opened_with("\n}", "\n}\n{}"), Error::Manifest { .. }));
    assert!(matches!(opened_with("\"data\"", "\"date\""), Error::Manifest { .. }));
}

#[test]
fn a_name_that_leads_out_of_the_folder_is_never_followed() {
    let (base, target) = published();
    fs::write(base.path().join("secret"), "1").unwrap();
    let path = target.join("manifest.json");
    let text = fs::read_to_string(&path).unwrap().replace(VOCABULARY, "../secret");
    fs::write(&path, text).unwrap();
    Artifact::open(&target).unwrap_err();
}

#[test]
fn only_listed_files_are_handed_out() {
    let (_base, target) = published();
    fs::write(target.join("notes.txt"), "not part of the model").unwrap();
    let artifact = Artifact::open(&target).unwrap();
    let error = artifact.read("notes.txt").unwrap_err().to_string();
    assert!(error.ends_with("has no file notes.txt; it has vocabulary.json, weights.safetensors"), "{error}");
    assert!(artifact.path("../secret").is_err());
    assert_eq!(names(&target).len(), 4);
}
