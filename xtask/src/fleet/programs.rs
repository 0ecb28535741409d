//! Programs for the command line: built if need be, and run where the user called, in place of this process.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::credentials::Credentials;
use crate::fleet::RunDirectory;
use crate::fleet::build::{self, Order};
use crate::fleet::ports::Ports;
use crate::fleet::services::{FOREIGN_SETTINGS, SENSITIVITY_MODEL, environment};
use crate::fleet::state::State;
use crate::paths;
use crate::supervisor::Supervisor;

/// filmlens-data, pointed at the databases of the fleet.
pub(crate) fn data(directory: &RunDirectory, arguments: Vec<OsString>) -> Result<ExitCode> {
    let Some(state) = State::read(directory)?.filter(|state| state.supervisor.is_alive()) else {
        bail!("nothing is running; ./dev up --detach starts the fleet");
    };
    let credentials = Credentials::load(&directory.credentials())?;
    let mut command = built(directory, &state.profile, "filmlens-data")?;
    command.envs(environment(&Ports::of(&state), &credentials));
    for name in FOREIGN_SETTINGS {
        command.env_remove(name);
    }
    Err(command.args(arguments).exec().into())
}

/// filmlens-sequence, which works on files alone.
pub(crate) fn sequence(directory: &RunDirectory, arguments: Vec<OsString>) -> Result<ExitCode> {
    let mut command = built(directory, &paths::cargo_profile(), "filmlens-sequence")?;
    Err(command.args(arguments).exec().into())
}

/// filmlens-classic, which works on files alone. Only a comparison with a sequence model needs filmlens-sequence beside
/// it, and with that libtorch.
pub(crate) fn classic(directory: &RunDirectory, arguments: Vec<OsString>) -> Result<ExitCode> {
    let profile = paths::cargo_profile();
    let names_sequence_model =
        |argument: &OsString| argument.to_string_lossy().split('=').next() == Some("--sequence-model");
    if arguments.iter().any(names_sequence_model) {
        built(directory, &profile, "filmlens-sequence")?;
    }
    let mut command = built(directory, &profile, "filmlens-classic")?;
    Err(command.args(arguments).exec().into())
}

/// filmlens-sensitivity, which works on files alone: on the model of the fleet, unless the caller names another.
pub(crate) fn sensitivity(directory: &RunDirectory, arguments: Vec<OsString>) -> Result<ExitCode> {
    const FOLDER: &str = "FILMLENS__MODEL__FOLDER";
    let mut command = built(directory, &paths::cargo_profile(), "filmlens-sensitivity-cli")?;
    if std::env::var_os(FOLDER).is_none() {
        command.env(FOLDER, directory.path().join(SENSITIVITY_MODEL));
    }
    Err(command.args(arguments).exec().into())
}

/// Whatever is said here goes to standard error: standard output is the program's.
fn built(directory: &RunDirectory, profile: &str, package: &str) -> Result<Command> {
    let order = Order::of_package(package);
    let progress = |text: &str| eprintln!("building {package}, {text} (./dev logs build -f shows it)");
    let mut binaries = build::build(&Supervisor::default(), directory, profile, &order, progress)?;
    let binary = binaries.remove(build::binary_of(package));
    let mut command =
        Command::new(binary.with_context(|| format!("the package {package} has no binary of that name"))?);
    if let Some(folder) = std::env::var_os("FILMLENS_CALLED_FROM") {
        command.current_dir(folder);
    }
    Ok(command)
}
