use std::io::{BufRead, BufReader, pipe};
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode, Stdio};

use anyhow::Result;

use crate::fleet::state::{Phase, State};
use crate::fleet::{RunDirectory, commands};

/// Exit code of a supervisor that found another one.
pub(crate) const ALREADY_UP: u8 = 75;

/// Starts the supervisor, prints what it says, and returns when it lets go of its output: ready, or ended.
///
/// This process holds the other end of the supervisor's standard input. When it is killed before the fleet is ready,
/// the supervisor notices, and stops everything.
pub(crate) fn up(directory: &RunDirectory) -> Result<ExitCode> {
    let (output, its_output) = pipe()?;
    let mut command = Command::new("/proc/self/exe");
    command.arg0("xtask").args(["fleet", "up", "--leashed"]);
    command.stdin(Stdio::piped()).stdout(its_output.try_clone()?).stderr(its_output);
    let mut supervisor = command.spawn()?;
    // The command holds the writing ends of the pipe, which would never end.
    drop(command);

    for line in BufReader::new(output).lines() {
        println!("{}", line?);
    }
    let own = |state: &State| u32::try_from(state.supervisor.pid) == Ok(supervisor.id());
    // What cannot be read is not of that supervisor, which has said so itself.
    let state = State::read(directory).ok().flatten();
    if state.is_some_and(|state| own(&state) && state.phase == Phase::Running) {
        return Ok(ExitCode::SUCCESS);
    }
    let status = supervisor.wait()?;
    if status.code() == Some(ALREADY_UP.into()) {
        return commands::wait_for_other_up(directory);
    }
    Ok(ExitCode::FAILURE)
}
