use std::ffi::OsString;
use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::minder::{Account, Stop};

/// How to start one process.
pub(crate) struct Launch {
    pub(crate) command: Vec<OsString>,
    pub(crate) environment: Vec<(String, String)>,
    pub(crate) unset: Vec<String>,
    /// Where relative paths of the command start, if not where this process runs.
    pub(crate) directory: Option<PathBuf>,
    /// Run as this account, when root must not run it.
    pub(crate) account: Option<Account>,
    pub(crate) stop: Stop,
    pub(crate) grace: Duration,
    pub(crate) output: Output,
}

pub(crate) enum Output {
    /// Both streams are appended to this file.
    Log(PathBuf),
    /// Standard output comes to the caller, the rest goes into the file.
    Capture(PathBuf),
    /// Both streams are those of this process.
    Inherit,
}

impl Launch {
    pub(crate) fn new(program: impl Into<OsString>, output: Output) -> Self {
        Self {
            command: vec![program.into()],
            environment: Vec::new(),
            unset: Vec::new(),
            directory: None,
            account: None,
            stop: Stop::Term,
            grace: Duration::from_secs(10),
            output,
        }
    }

    pub(crate) fn args<I: IntoIterator<Item = impl Into<OsString>>>(mut self, arguments: I) -> Self {
        self.command.extend(arguments.into_iter().map(Into::into));
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl Into<String>) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }
}

/// The command that starts the minder of this process.
pub(crate) fn minder_command(launch: &Launch) -> Result<Command> {
    // Not current_exe(): a rebuild may have replaced the file, and /proc/self/exe still opens the one that runs.
    let mut command = Command::new("/proc/self/exe");
    command.arg0("xtask").args([
        "mind",
        "--stop",
        launch.stop.name(),
        "--grace",
        &launch.grace.as_secs().to_string(),
    ]);
    if let Some(account) = launch.account {
        command.args(["--uid", &account.uid.to_string(), "--gid", &account.gid.to_string()]);
    }
    command.arg("--").args(&launch.command);
    command.envs(launch.environment.iter().map(|(name, value)| (name, value)));
    for name in &launch.unset {
        command.env_remove(name);
    }
    if let Some(directory) = &launch.directory {
        command.current_dir(directory);
    }
    // A group of its own: Ctrl-C in the terminal must reach the supervisor only, which then stops things in order.
    command.process_group(0).stdin(Stdio::piped());
    match &launch.output {
        Output::Inherit => {}
        Output::Log(file) => {
            let log = open_log(file)?;
            command.stdout(log.try_clone()?).stderr(log);
        }
        Output::Capture(file) => {
            command.stdout(Stdio::piped()).stderr(open_log(file)?);
        }
    }
    Ok(command)
}

fn open_log(file: &Path) -> Result<File> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    File::options()
        .create(true)
        .append(true)
        .open(file)
        .with_context(|| format!("cannot write {}", file.display()))
}
