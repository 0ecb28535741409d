//! `filmlens-sequence`: everything that is done to sequence models by hand or by a script, not by a service.

mod arguments;
mod bench;
mod curves;
mod data;
mod eval;
mod evaluation;
mod export;
mod import;
mod progress;
mod recipes;
mod score;
mod tracked;
mod train;
mod training_folder;
mod watch;

use std::process::ExitCode;

use filmlens_gsasrec::device;
use filmlens_program::output;

use arguments::{Arguments, Command};

fn main() -> ExitCode {
    if let Err(error) = device::wait_asleep() {
        output::note(&format!("cannot restart with OMP_WAIT_POLICY=PASSIVE, and may be slow: {error}"));
    }
    let arguments: Arguments = match filmlens_program::parse() {
        Ok(arguments) => arguments,
        Err(status) => return status,
    };
    let outcome = match arguments.command {
        Command::Train(arguments) => train::run(&arguments),
        Command::Eval(arguments) => eval::run(&arguments),
        Command::Import(arguments) => import::run(&arguments),
        Command::Score(arguments) => score::run(&arguments),
        Command::ExportEmbeddings(arguments) => export::run(&arguments),
        Command::Bench(command) => bench::run(&command),
        Command::Recipes(arguments) => recipes::run(&arguments),
    };
    filmlens_program::end(outcome, "stopped; the same command goes on from here")
}
