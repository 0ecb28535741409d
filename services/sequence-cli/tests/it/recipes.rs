use crate::data::workplace;
use crate::program::{run, run_line};

const NAMES: [&str; 5] = ["default", "demo", "gated", "gsasrec-ml1m", "gsasrec-ml32m"];

#[test]
fn recipes_are_listed_with_their_purpose() {
    let place = tempfile::tempdir().unwrap();
    let listed = run_line(place.path(), "recipes").succeeded().stdout;
    let names: Vec<&str> = listed.lines().map(|line| line.split_once(' ').unwrap().0).collect();
    assert_eq!(names, NAMES);
}

#[test]
fn a_printed_recipe_can_be_trained_with() {
    let place = workplace();
    for name in NAMES {
        let printed = run(place.path(), ["recipes", name]).succeeded().stdout;
        assert!(printed.starts_with("# ") && printed.contains("[training]"), "{printed}");
    }
    let demo = run(place.path(), ["recipes", "demo"]).succeeded().stdout;
    std::fs::write(place.path().join("mine.toml"), demo).unwrap();
    run_line(place.path(), "train --data data --config mine.toml --out mine --epochs 2").succeeded();
    run_line(place.path(), "train --data data --config demo --out demo --epochs 2").succeeded();
    let hash = |model| crate::data::weights_hash(&place.path().join(model));
    assert_eq!(hash("mine"), hash("demo"));
}

#[test]
fn a_recipe_that_is_not_there_is_not_printed() {
    let place = tempfile::tempdir().unwrap();
    let run = run_line(place.path(), "recipes fast");
    run.failed_with("default, demo, gated, gsasrec-ml1m, gsasrec-ml32m");
}

#[test]
fn every_command_explains_itself() {
    let place = tempfile::tempdir().unwrap();
    for command in ["train", "eval", "import", "score", "export-embeddings", "recipes"] {
        let help = run(place.path(), [command, "--help"]).succeeded().stdout;
        assert!(help.contains("Usage: filmlens-sequence"), "{help}");
        // Options that say nothing of themselves.
        let silent = help.lines().zip(help.lines().skip(1).chain([""])).filter(|(line, next)| {
            let words = line.trim_start();
            words.starts_with("--") && !words.contains("  ") && !next.starts_with("       ")
        });
        assert_eq!(silent.count(), 0, "{help}");
    }
}
