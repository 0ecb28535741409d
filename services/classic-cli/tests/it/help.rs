use std::path::Path;

use crate::program::{run, run_line};

const COMMANDS: [&str; 9] =
    ["train", "cross-validate", "eval", "report", "similar", "recommend", "predict", "bench", "bench-plot"];

#[test]
fn help_names_every_command_and_gives_examples() {
    let help = run_line(Path::new("."), "--help").succeeded().stdout;
    for words in COMMANDS.iter().chain(&["Examples:", "./dev train classic"]) {
        assert!(help.contains(words), "{words} is not in {help}");
    }
}

#[test]
fn every_command_explains_itself() {
    for command in COMMANDS {
        let help = run(Path::new("."), [command, "--help"]).succeeded().stdout;
        assert!(help.contains("Usage:"), "{help}");
        if !["bench-plot", "report"].contains(&command) {
            assert!(help.contains("Examples:"), "{command} has no examples");
        }
    }
}

#[test]
fn what_is_no_command_or_argument_is_refused_with_status_1() {
    for line in ["guess", "eval", "eval --data x --speed 3", "bench --ratings 5", ""] {
        let run = run_line(Path::new("."), line);
        assert_eq!(run.code, Some(1), "{line}: {run:?}");
        assert_eq!(run.stdout, "");
    }
}
