//! What a minder promises: nothing outlives it, and nothing outlives whoever holds its standard input.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails, in its helpers too")]

use std::io::{BufRead, BufReader, Lines};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// A minded shell script, and the lines that it prints.
fn mind(script: &str) -> (Child, Lines<BufReader<ChildStdout>>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(["mind", "--grace", "1", "--", "sh", "-c", script]);
    let mut minder = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(minder.stdout.take().unwrap()).lines();
    (minder, lines)
}

fn ends_soon(pid: &str) -> bool {
    let deadline = Instant::now() + Duration::from_secs(10);
    while Path::new("/proc").join(pid).exists() {
        if Instant::now() > deadline {
            return false;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    true
}

#[test]
fn closing_the_leash_ends_the_command_and_its_orphans() {
    let (mut minder, mut lines) = mind("(sleep 600 & echo $!); echo $$; sleep 600");
    let [orphan, command] = [(); 2].map(|()| lines.next().unwrap().unwrap());
    drop(minder.stdin.take());
    assert!(ends_soon(&command) && ends_soon(&orphan));
    minder.wait().unwrap();
}

#[test]
fn a_command_that_ignores_the_signal_is_killed() {
    let (mut minder, mut lines) = mind("trap '' TERM; echo $$; while :; do sleep 0.1; done");
    let command = lines.next().unwrap().unwrap();
    drop(minder.stdin.take());
    assert!(ends_soon(&command));
    minder.wait().unwrap();
}

#[test]
fn a_killed_minder_takes_its_command_along() {
    let (mut minder, mut lines) = mind("echo $$; exec sleep 600");
    let command = lines.next().unwrap().unwrap();
    minder.kill().unwrap();
    minder.wait().unwrap();
    assert!(ends_soon(&command));
}

#[test]
fn the_exit_code_is_that_of_the_command() {
    let (mut minder, _lines) = mind("exit 7");
    // wait() would close it.
    let _leash = minder.stdin.take();
    assert_eq!(minder.wait().unwrap().code(), Some(7));
}
