//! `./dev up` and its companions.

mod announcer;
mod build;
mod commands;
mod detach;
mod ports;
mod programs;
mod running;
mod services;
mod state;
mod tasks;
mod up;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Subcommand;

use crate::paths;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Build and run the fleet until Ctrl-C.
    Up {
        /// Return once everything is healthy; the fleet goes on.
        #[arg(long)]
        detach: bool,
        /// The process behind --detach: standard input is its leash until the fleet is ready.
        #[arg(long, hide = true, conflicts_with = "detach")]
        leashed: bool,
    },
    /// Stop what `up` started.
    Down,
    /// Say what runs, where it answers and where its log is.
    Status,
    /// Print the log of a service, of the build, or of `up` itself.
    Logs {
        service: String,
        /// Go on printing what is added.
        #[arg(short, long)]
        follow: bool,
    },
    /// Run filmlens-data on the running fleet.
    Data {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Run filmlens-classic, whether the fleet runs or not.
    Classic {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Run filmlens-sequence, whether the fleet runs or not.
    Sequence {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Run filmlens-sensitivity, whether the fleet runs or not.
    Sensitivity {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
}

pub(crate) fn run(command: Command) -> Result<ExitCode> {
    let directory = RunDirectory::open()?;
    match command {
        Command::Up { detach: true, .. } => detach::up(&directory),
        Command::Up { leashed, .. } => up::run(directory, leashed),
        Command::Down => commands::down(&directory),
        Command::Status => commands::status(&directory),
        Command::Logs { service, follow } => commands::logs(&directory, &service, follow),
        Command::Data { arguments } => programs::data(&directory, arguments),
        Command::Classic { arguments } => programs::classic(&directory, arguments),
        Command::Sequence { arguments } => programs::sequence(&directory, arguments),
        Command::Sensitivity { arguments } => programs::sensitivity(&directory, arguments),
    }
}

/// Everything of the fleet that lies on the disk.
#[derive(Clone)]
pub(crate) struct RunDirectory(PathBuf);

impl RunDirectory {
    fn open() -> Result<Self> {
        let path = paths::run_directory();
        fs::create_dir_all(&path).with_context(|| format!("cannot create {}", path.display()))?;
        Ok(Self(fs::canonicalize(path)?))
    }

    fn path(&self) -> &Path {
        &self.0
    }

    fn log(&self, name: &str) -> PathBuf {
        crate::stores::log_file(&self.0, name)
    }

    fn credentials(&self) -> PathBuf {
        self.0.join("credentials")
    }

    fn api_key(&self) -> PathBuf {
        self.0.join("api-key")
    }

    /// For people: relative where that is shorter.
    fn display(&self, path: &Path) -> String {
        let shown = path.strip_prefix(paths::workspace()).unwrap_or(path);
        shown.display().to_string()
    }
}
