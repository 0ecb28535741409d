use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::fleet::RunDirectory;
use crate::fleet::services::Program;
use crate::launch::{Launch, Output};
use crate::paths::{cache, workspace};
use crate::supervisor::{Role, Supervisor};

/// Binaries by the name of their package.
pub(crate) type Binaries = HashMap<String, PathBuf>;

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

/// Builds a program and what prepares it; `progress` hears of it now and then.
pub(crate) fn build(
    supervisor: &Supervisor,
    directory: &RunDirectory,
    profile: &str,
    program: &Program,
    progress: impl Fn(&str),
) -> Result<Binaries> {
    let mut launch = cargo_build(directory, profile, &program.packages());
    if !program.features.is_empty() {
        let features: Vec<String> =
            program.features.iter().map(|feature| format!("{}/{feature}", program.name)).collect();
        launch = launch.args(["--features", &features.join(",")]);
    }
    for (name, folder) in program.build_environment {
        launch = launch.env(name, cache()?.join(folder).to_string_lossy());
    }
    run(supervisor, program.name, launch, progress)
}

pub(crate) fn build_package(
    supervisor: &Supervisor,
    directory: &RunDirectory,
    profile: &str,
    package: &str,
) -> Result<PathBuf> {
    let launch = cargo_build(directory, profile, &[package]);
    let mut binaries = run(supervisor, package, launch, |_| {})?;
    binaries.remove(package).with_context(|| format!("the package {package} has no binary of that name"))
}

fn cargo_build(directory: &RunDirectory, profile: &str, packages: &[&str]) -> Launch {
    let manifest = workspace().join("Cargo.toml");
    let mut launch = Launch::new("cargo", Output::Capture(directory.log("build"))).args(["build"]);
    launch =
        launch.args(["--profile", profile, "--message-format", "json-render-diagnostics", "--manifest-path"]);
    launch = launch.args([manifest]);
    for package in packages {
        launch = launch.args(["--package", package]);
    }
    launch
}

fn run(supervisor: &Supervisor, name: &str, launch: Launch, progress: impl Fn(&str)) -> Result<Binaries> {
    const REPORT_EVERY: Duration = Duration::from_secs(15);
    let mut build = supervisor.start(&format!("the build of {name}"), Role::Task, launch)?;
    let output = build.stdout.take().context("the build has no standard output")?;

    let started = Instant::now();
    let mut reported = started;
    let mut compiled = 0;
    let mut binaries = Binaries::new();
    for line in BufReader::new(output).lines() {
        let Ok(Message::CompilerArtifact { target, executable }) = serde_json::from_str(&line?) else {
            continue;
        };
        compiled += 1;
        if let Some(file) = executable {
            binaries.insert(target.name, file);
        }
        if reported.elapsed() > REPORT_EVERY {
            reported = Instant::now();
            progress(&format!("{compiled} crates done after {} s", started.elapsed().as_secs()));
        }
    }
    let status = build.wait();
    if !status.success() {
        bail!("building {name} failed; ./dev logs build says why");
    }
    Ok(binaries)
}
