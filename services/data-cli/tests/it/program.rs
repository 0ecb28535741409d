use std::ffi::OsStr;
use std::process::Command;

/// What a run of `filmlens-data` printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs without a database.
pub(crate) fn run<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Run {
    let mut program = Command::new(env!("CARGO_BIN_EXE_filmlens-data"));
    for variable in ["DATABASE_URL", "DB_PASSWORD", "RDS_SECRET_MANAGER_ARN"] {
        program.env_remove(variable);
    }
    let output = program.env("NO_PROXY", "*").args(arguments).output().unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs on the database of this address.
pub(crate) fn run_on<S: AsRef<OsStr>>(url: &str, arguments: impl IntoIterator<Item = S>) -> Run {
    let arguments = arguments.into_iter().map(|argument| argument.as_ref().to_owned());
    run(["--database-url", url].map(Into::into).into_iter().chain(arguments))
}

impl Run {
    #[track_caller]
    pub(crate) fn succeeded(self) -> Self {
        assert_eq!(self.code, 0, "{self:?}");
        self
    }

    #[track_caller]
    pub(crate) fn failed_with(self, text: &str) -> Self {
        assert_eq!(self.code, 1, "{self:?}");
        assert!(self.stderr.contains(text), "{text:?} is not in {}", self.stderr);
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        self
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}
