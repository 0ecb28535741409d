use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::ChildStdout;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::fleet::RunDirectory;
use crate::fleet::services::{PROGRAMS, Program};
use crate::launch::{Launch, Output};
use crate::paths::workspace;
use crate::supervisor::{Role, Supervisor};

/// Binaries by their names.
pub(crate) type Binaries = HashMap<String, PathBuf>;

/// The name of the binary of a package. Where a library has that name already, the package's ends in -cli.
pub(crate) fn binary_of(package: &str) -> &str {
    package.strip_suffix("-cli").unwrap_or(package)
}

/// What to build, and what to call it.
pub(crate) struct Order<'a> {
    pub(crate) name: &'a str,
    pub(crate) packages: Vec<&'a str>,
    /// As cargo wants them: PACKAGE/FEATURE.
    pub(crate) features: Vec<String>,
}

impl<'a> Order<'a> {
    pub(crate) fn of_program(program: &Program) -> Self {
        let features = program.features.iter().map(|feature| format!("{}/{feature}", program.name));
        Self { name: program.name, packages: program.packages(), features: features.collect() }
    }

    /// One that a program of the fleet needs is built together with that program, as ever: apart, what both use would be
    /// built anew with fewer features.
    pub(crate) fn of_package(package: &'a str) -> Self {
        let program = PROGRAMS.iter().find(|program| program.packages().contains(&package));
        match program.map(Self::of_program) {
            Some(order) => Self { name: package, ..order },
            None => Self { name: package, packages: vec![package], features: Vec::new() },
        }
    }
}

/// One line of `cargo build --message-format=json`, as far as it is of use here.
#[derive(Deserialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
enum Message {
    CompilerArtifact {
        target: Target,
        executable: Option<PathBuf>,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

/// Builds; `progress` hears of it now and then, and nothing where all is built already.
pub(crate) fn build(
    supervisor: &Supervisor,
    directory: &RunDirectory,
    profile: &str,
    order: &Order,
    progress: impl Fn(&str),
) -> Result<Binaries> {
    let name = order.name;
    let launch = cargo_build(directory, profile, order);
    let mut build = supervisor.start(&format!("the build of {name}"), Role::Task, launch)?;
    let output = build.stdout.take().context("the build has no standard output")?;
    let binaries = follow(&messages(output), progress);
    if !build.wait().success() {
        bail!("building {name} failed; ./dev logs build says why");
    }
    Ok(binaries)
}

fn cargo_build(directory: &RunDirectory, profile: &str, order: &Order) -> Launch {
    let manifest = workspace().join("Cargo.toml");
    let mut launch = Launch::new("cargo", Output::Capture(directory.log("build"))).args(["build"]);
    launch =
        launch.args(["--profile", profile, "--message-format", "json-render-diagnostics", "--manifest-path"]);
    launch = launch.args([manifest]);
    for package in &order.packages {
        launch = launch.args(["--package", package]);
    }
    if !order.features.is_empty() {
        launch = launch.args(["--features", &order.features.join(",")]);
    }
    launch
}

/// What cargo says, line by line, until it ends.
fn messages(output: ChildStdout) -> Receiver<Message> {
    let (sender, messages) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            // Whoever followed the build may be gone.
            let _ = serde_json::from_str(&line).map(|message| sender.send(message));
        }
    });
    messages
}

/// Gathers the binaries. Progress comes by the clock: a C++ library may take minutes in which cargo says nothing.
fn follow(messages: &Receiver<Message>, progress: impl Fn(&str)) -> Binaries {
    const PATIENCE: Duration = Duration::from_secs(3);
    const REPORT_EVERY: Duration = Duration::from_secs(15);
    let started = Instant::now();
    let mut report_at = started + PATIENCE;
    let mut compiled = 0;
    let mut binaries = Binaries::new();
    loop {
        match messages.recv_timeout(report_at.saturating_duration_since(Instant::now())) {
            Ok(Message::CompilerArtifact { target, executable }) => {
                compiled += 1;
                if let Some(file) = executable {
                    binaries.insert(target.name, file);
                }
            }
            Ok(Message::Other) => {}
            Err(RecvTimeoutError::Timeout) => {
                progress(&format!("{compiled} crates done after {} s", started.elapsed().as_secs()));
                report_at = Instant::now() + REPORT_EVERY;
            }
            Err(RecvTimeoutError::Disconnected) => return binaries,
        }
    }
}
