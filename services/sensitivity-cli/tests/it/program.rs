use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

pub(crate) use filmlens_test_support::program::Run;
use filmlens_test_support::program::{self, Running};

/// The program in that folder, without what the environment of the tests says.
pub(crate) fn program<S: AsRef<OsStr>>(folder: &Path, arguments: impl IntoIterator<Item = S>) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_filmlens-sensitivity"));
    for variable in ["URI", "TOKEN", "USERNAME", "PASSWORD"] {
        program.env_remove(format!("MLFLOW_TRACKING_{variable}"));
    }
    program.env_remove("FILMLENS__MODEL__FOLDER");
    program.env("FILMLENS_THREADS", "2").env("NO_PROXY", "*");
    program.current_dir(folder).args(arguments);
    program
}

pub(crate) fn run<S: AsRef<OsStr>>(folder: &Path, arguments: impl IntoIterator<Item = S>) -> Run {
    program::run(&mut program(folder, arguments))
}

/// The words of a command line without quotes.
pub(crate) fn run_line(folder: &Path, line: &str) -> Run {
    run(folder, line.split_whitespace())
}

/// The words of a command line, under way.
pub(crate) fn start(folder: &Path, line: &str) -> Running {
    Running::start(&mut program(folder, line.split_whitespace()))
}
