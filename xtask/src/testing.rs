//! `./dev test`: everything the repository promises, in one run with one summary.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::paths::workspace;
use crate::servers::TestServers;

struct Outcome {
    name: String,
    passed: bool,
    took: Duration,
}

pub(crate) fn run(arguments: &[OsString]) -> Result<ExitCode> {
    std::env::set_current_dir(workspace())?;
    let servers = TestServers::start()?;
    if !arguments.is_empty() {
        let code = servers.run(cargo_test(arguments))?;
        return Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)));
    }

    servers.call_all();
    let mut steps =
        vec![("cargo test".to_owned(), cargo_test(&["--workspace".into(), "--no-fail-fast".into()]))];
    for check in checks()? {
        let name = check.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        steps.push((name, vec![check.into()]));
    }
    // Ignored elsewhere: they build and start the whole fleet, several times.
    let fleet = ["-p", "xtask", "--test", "fleet", "--", "--ignored", "--test-threads=1"].map(OsString::from);
    steps.push(("fleet".to_owned(), cargo_test(&fleet)));

    let mut outcomes = Vec::new();
    for (name, command) in steps {
        println!("\n==> {name}");
        let started = Instant::now();
        let passed = servers.run(command)? == 0;
        outcomes.push(Outcome { name, passed, took: started.elapsed() });
    }
    Ok(summarise(&outcomes))
}

fn cargo_test(arguments: &[OsString]) -> Vec<OsString> {
    let mut command: Vec<OsString> = vec!["cargo".into(), "test".into()];
    command.extend_from_slice(arguments);
    command
}

/// The executable scripts of infrastructure/checks, in the order of their names.
fn checks() -> Result<Vec<PathBuf>> {
    let mut scripts = Vec::new();
    let folder = workspace().join("infrastructure/checks");
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry?.path();
        let executable = path.metadata()?.permissions().mode() & 0o111 != 0;
        if executable && path.extension().is_some_and(|extension| extension == "sh") {
            scripts.push(path);
        }
    }
    scripts.sort();
    Ok(scripts)
}

fn summarise(outcomes: &[Outcome]) -> ExitCode {
    println!("\n==> summary");
    for Outcome { name, passed, took } in outcomes {
        println!("{}  {name} ({} s)", if *passed { "passed" } else { "FAILED" }, took.as_secs());
    }
    let passed = outcomes.iter().filter(|outcome| outcome.passed).count();
    let failed = outcomes.len() - passed;
    println!("\nsteps: {passed} passed, {failed} failed");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
