use clap::{Args, Parser, Subcommand, ValueEnum};
use filmlens_gsasrec::{NumberFormat, device};

use crate::{bench, eval, export, import, recipes, score, train};

#[derive(Parser)]
#[command(
    name = "filmlens-sequence",
    version,
    about = "Trains, evaluates, imports and tries sequence models, which say what comes next after what somebody watched.",
    after_help = "Examples:\n  \
        ./dev train sequence --data data/ml-1m --out models/mine\n  \
        ./dev eval sequence --data data/ml-1m --model models/mine\n  \
        ./dev model import gsasrec.safetensors --heads 1 --max-length 200 --out models/imported\n  \
        ./dev model score models/mine --history 5,17,3 --k 10",
    disable_help_subcommand = true
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Train a model, evaluate it on the test items, and put it in a folder.
    Train(Box<train::Arguments>),
    /// Say how well a model finds what came next, beside popularity.
    Eval(eval::Arguments),
    /// Take over weights that the Python reference of gSASRec trained.
    Import(import::Arguments),
    /// Ask a model what comes next after a history.
    Score(score::Arguments),
    /// Write the item vectors for an index.
    ExportEmbeddings(export::Arguments),
    /// Measure training and requests; prints a line of JSON for each measurement.
    #[command(subcommand)]
    Bench(bench::Command),
    /// List the recipes that come with the program, or print one.
    Recipes(recipes::Arguments),
}

#[derive(Args)]
pub(crate) struct Machine {
    /// What computes. `auto` takes a GPU when there is one.
    #[arg(long, value_enum, default_value_t = Processor::Auto)]
    device: Processor,
    /// Threads for arithmetic [default: one for each core]
    #[arg(long, env = "FILMLENS_THREADS", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
}

/// The numbers that a model answers with.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Precision {
    F32,
    /// Faster where the processor multiplies such numbers, and a little off.
    Bf16,
}

impl From<Precision> for NumberFormat {
    fn from(precision: Precision) -> Self {
        match precision {
            Precision::F32 => Self::Single,
            Precision::Bf16 => Self::Bfloat16,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum Processor {
    Auto,
    Cpu,
    Cuda,
}

impl Machine {
    /// To be called once, before anything is computed.
    pub(crate) fn prepare(&self) -> anyhow::Result<tch::Device> {
        device::limit_threads(self.threads.map(usize::from));
        Ok(match self.device {
            Processor::Cpu => tch::Device::Cpu,
            Processor::Auto => device::best(),
            Processor::Cuda => match device::best() {
                tch::Device::Cpu => {
                    anyhow::bail!("there is no GPU that libtorch can use; --device cpu does without")
                }
                device => device,
            },
        })
    }
}
