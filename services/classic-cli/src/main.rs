//! `filmlens-classic`: everything that is done to classic recommenders by hand or by a script, not by a service.

mod arguments;
mod bench;
mod bench_plot;
mod cross_validate;
mod eval;
mod examiner;
mod histories;
mod hyper_parameters;
mod latent_lens;
mod rankers;
mod rating_models;
mod ratings;
mod report;
mod side_by_side;
mod train;
mod try_out;
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
        Command::CrossValidate(arguments) => cross_validate::run(&arguments),
        Command::Eval(arguments) => eval::run(&arguments),
        Command::Similar(arguments) => try_out::similar(&arguments),
        Command::Recommend(arguments) => try_out::recommend(&arguments),
        Command::Predict(arguments) => try_out::predict(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::BenchPlot(arguments) => bench_plot::run(&arguments),
        Command::Report(arguments) => report::run(&arguments),
    };
    filmlens_program::end(outcome, "stopped; nothing was written")
}
