//! Runs command-line programs and looks at what they print and how they end.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStderr, Command, Stdio};

use serde_json::Value;

/// What a run printed, and how it ended.
#[derive(Debug)]
pub struct Run {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// Runs a program to its end.
#[track_caller]
pub fn run(command: &mut Command) -> Run {
    let output = command.output().expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("programs print UTF-8");
    Run { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

impl Run {
    #[track_caller]
    pub fn succeeded(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:?}");
        self
    }

    #[track_caller]
    pub fn failed_with(self, text: &str) -> Self {
        assert_eq!(self.code, Some(1), "{self:?}");
        assert!(self.stderr.lines().any(|line| line.starts_with("error: ")), "{}", self.stderr);
        assert!(self.stderr.contains(text), "{text:?} is not in {}", self.stderr);
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        assert_eq!(self.stdout, "");
        self
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// A run that has not ended yet.
pub struct Running {
    child: Child,
    stderr: BufReader<ChildStderr>,
    said: String,
}

impl Running {
    pub fn start(command: &mut Command) -> Self {
        let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
        let mut child = child.expect("the program starts");
        let stderr = BufReader::new(child.stderr.take().expect("standard error is piped"));
        Self { child, stderr, said: String::new() }
    }

    /// Waits until a line on standard error has these words; false when the program ended without them.
    pub fn wait_for(&mut self, words: &str) -> bool {
        loop {
            let mut line = String::new();
            if self.stderr.read_line(&mut line).expect("programs print UTF-8") == 0 {
                return false;
            }
            self.said += &line;
            if line.contains(words) {
                return true;
            }
        }
    }

    /// Kills it without a warning; false when it had ended before.
    pub fn kill(mut self) -> bool {
        let was_alive = self.child.try_wait().is_ok_and(|ended| ended.is_none());
        let _ = self.child.kill();
        was_alive && self.child.wait().is_ok_and(|status| status.code().is_none())
    }

    #[track_caller]
    pub fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        let sent = Command::new("sh").args(["-c", &kill]).status();
        assert!(sent.is_ok_and(|status| status.success()), "{kill}");
    }

    /// The exit code, and all that it said on standard error.
    pub fn end(mut self) -> (Option<i32>, String) {
        self.wait_for("\0");
        (self.child.wait().expect("the program ends").code(), self.said)
    }
}
