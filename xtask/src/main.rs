//! What a shell script should not do: supervise processes, and check rules over the whole workspace.

mod credentials;
mod failure;
mod fleet;
mod launch;
mod layers;
mod minder;
mod network;
mod paths;
mod process;
mod servers;
mod stores;
mod supervisor;
mod testing;

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Tasks of the FilmLens repository", disable_help_subcommand = true)]
struct CommandLine {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Run the whole fleet on this machine.
    #[command(subcommand)]
    Fleet(fleet::Command),
    /// Run a command with throw-away Postgres, Redis, MongoDB, AWS and MLflow servers (FILMLENS_TEST_*).
    WithServers {
        #[arg(last = true, required = true)]
        command: Vec<OsString>,
    },
    /// Run every test; with arguments, only `cargo test ARGUMENTS`, on the same servers.
    Test {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Check the direction of dependencies between the crates (layers.toml).
    Layers,
    /// Keep a command running for as long as standard input stays open.
    #[command(hide = true)]
    Mind(minder::Arguments),
}

fn main() -> ExitCode {
    match run(CommandLine::parse().task) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<ExitCode> {
    match task {
        Task::Fleet(command) => fleet::run(command),
        Task::WithServers { command } => servers::with_servers(command),
        Task::Test { arguments } => testing::run(&arguments),
        Task::Layers => layers::run(),
        Task::Mind(arguments) => minder::run(&arguments),
    }
}
