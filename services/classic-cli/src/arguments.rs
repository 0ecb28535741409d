use anyhow::Context;
use clap::{Args, Parser, Subcommand};

use crate::{bench, bench_plot, cross_validate, eval, report, train, try_out};

#[derive(Parser)]
#[command(
    name = "filmlens-classic",
    version,
    about = "Trains, evaluates and tries classic recommenders: popularity, neighbours, factors, EASE, clusters.",
    after_help = "Examples:\n  \
        ./dev train classic --data data/ml-latest-small --out models/classic\n  \
        ./dev eval classic --data data/ml-1m\n  \
        ./dev classic cross-validate --data data/ml-latest-small\n  \
        ./dev classic report --data data/ml-latest-small --out ratings.html\n  \
        ./dev classic similar models/classic \"The Godfather\"\n  \
        ./dev classic recommend models/classic --rated \"Heat=4.5\" --rated \"Toy Story=3\"",
    disable_help_subcommand = true
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Train methods, evaluate them, and put them in a folder together.
    Train(Box<train::Arguments>),
    /// Say how close models come to ratings that they were not shown, by cross-validation.
    CrossValidate(cross_validate::Arguments),
    /// Say how well methods find the film that somebody watched last, side by side.
    Eval(eval::Arguments),
    /// Describe a set of ratings: how sparse it is, who rates and what is rated.
    Report(report::Arguments),
    /// List the films that are most like one.
    Similar(try_out::SimilarArguments),
    /// List films for a user, or for somebody who rates some films now.
    Recommend(try_out::RecommendArguments),
    /// Say how many stars somebody would give a film.
    Predict(try_out::PredictArguments),
    /// Train methods on generated ratings and measure them; prints a line of JSON for each.
    Bench(bench::Arguments),
    /// Draw what `bench` measured against the number of ratings.
    BenchPlot(bench_plot::Arguments),
}

#[derive(Args)]
pub(crate) struct Machine {
    /// Threads for arithmetic [default: one for each core]
    #[arg(long, env = "FILMLENS_THREADS", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) threads: Option<u16>,
}

impl Machine {
    /// To be called once, before anything is computed.
    pub(crate) fn prepare(&self) -> anyhow::Result<()> {
        let Some(threads) = self.threads else { return Ok(()) };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.into());
        pool.build_global().context("the threads cannot be started")
    }
}
