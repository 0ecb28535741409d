//! `filmlens-sensitivity`: everything that is done to sensitivity models by hand or by a script, not by a service.

mod arguments;
mod data;
mod eval;
mod examination;
mod models;
mod predict;
mod recipe;
mod search;
mod train;
mod watch;

use std::process::ExitCode;

use arguments::{Arguments, Command};

fn main() -> ExitCode {
    let arguments: Arguments = match filmlens_program::parse() {
        Ok(arguments) => arguments,
        Err(status) => return status,
    };
    let outcome = match arguments.command {
        Command::Train(arguments) => train::run(&arguments),
        Command::Eval(arguments) => eval::run(&arguments),
        Command::Search(arguments) => search::run(&arguments),
        Command::Predict(arguments) => predict::run(&arguments),
        Command::Models(arguments) => models::list(&arguments),
        Command::Promote(arguments) => models::promote(&arguments),
    };
    filmlens_program::end(outcome, "stopped; nothing was published, and what a search has tried is kept")
}
