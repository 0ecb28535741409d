//! `filmlens-sequence`: everything that is done to sequence models by hand or by a script, not by a service.

mod arguments;
mod bench;
mod curves;
mod data;
mod eval;
mod evaluation;
mod export;
mod import;
mod interrupt;
mod output;
mod progress;
mod recipes;
mod score;
mod tracked;
mod train;
mod training_folder;
mod watch;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use filmlens_gsasrec::device;

use arguments::{Arguments, Command};
use interrupt::Interrupted;

fn main() -> ExitCode {
    if let Err(error) = device::wait_asleep() {
        output::note(&format!("cannot restart with OMP_WAIT_POLICY=PASSIVE, and may be slow: {error}"));
    }
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let is_help = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            // Nothing is left to say when not even this can be printed.
            let _ = error.print();
            return if is_help { ExitCode::SUCCESS } else { ExitCode::FAILURE };
        }
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
    match outcome {
        Ok(code) => code,
        Err(error) if error.is::<Interrupted>() => {
            output::note("stopped; the same command goes on from here");
            ExitCode::from(interrupt::EXIT_STATUS)
        }
        Err(error) => {
            output::report(&error);
            ExitCode::FAILURE
        }
    }
}
