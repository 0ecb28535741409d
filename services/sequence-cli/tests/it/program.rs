use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};

use serde_json::Value;

/// What a run of `filmlens-sequence` printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The program in that folder, without what the environment of the tests says.
pub(crate) fn program<S: AsRef<OsStr>>(folder: &Path, arguments: impl IntoIterator<Item = S>) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_filmlens-sequence"));
    for variable in ["URI", "TOKEN", "USERNAME", "PASSWORD"] {
        program.env_remove(format!("MLFLOW_TRACKING_{variable}"));
    }
    // With a policy it need not start itself once more, which costs as much as most of the commands.
    program.env("OMP_WAIT_POLICY", "PASSIVE").env("FILMLENS_THREADS", "1").env("NO_PROXY", "*");
    program.current_dir(folder).args(arguments);
    program
}

pub(crate) fn run<S: AsRef<OsStr>>(folder: &Path, arguments: impl IntoIterator<Item = S>) -> Run {
    let output = program(folder, arguments).output().unwrap();
    Run {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The words of a command line without quotes.
pub(crate) fn run_line(folder: &Path, line: &str) -> Run {
    run(folder, line.split_whitespace())
}

impl Run {
    #[track_caller]
    pub(crate) fn succeeded(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:?}");
        self
    }

    #[track_caller]
    pub(crate) fn failed_with(self, text: &str) -> Self {
        assert_eq!(self.code, Some(1), "{self:?}");
        assert!(self.stderr.lines().any(|line| line.starts_with("error: ")), "{}", self.stderr);
        assert!(self.stderr.contains(text), "{text:?} is not in {}", self.stderr);
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        assert_eq!(self.stdout, "");
        self
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// A run that has not ended yet.
pub(crate) struct Running {
    child: Child,
    stderr: BufReader<ChildStderr>,
    said: String,
}

impl Running {
    pub(crate) fn start(folder: &Path, line: &str) -> Self {
        let mut command = program(folder, line.split_whitespace());
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        Self { child, stderr, said: String::new() }
    }

    /// Waits until a line on standard error has these words; false when the program ended without them.
    pub(crate) fn wait_for(&mut self, words: &str) -> bool {
        loop {
            let mut line = String::new();
            if self.stderr.read_line(&mut line).unwrap() == 0 {
                return false;
            }
            self.said += &line;
            if line.contains(words) {
                return true;
            }
        }
    }

    /// Kills it without a warning; false when it had ended before.
    pub(crate) fn kill(mut self) -> bool {
        let was_alive = self.child.try_wait().unwrap().is_none();
        self.child.kill().unwrap();
        self.child.wait().unwrap().code().is_none() && was_alive
    }

    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id();
        assert!(Command::new("sh").args(["-c", &format!("kill -{name} {pid}")]).status().unwrap().success());
    }

    /// The exit code, and all that it said on standard error.
    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        self.wait_for("\0");
        (self.child.wait().unwrap().code(), self.said)
    }
}
