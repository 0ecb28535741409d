mod made;
mod memory;

use std::env;
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Context, bail};
use filmlens_collaborative::{Profile, Recommender};
use filmlens_evaluation::top_k;
use filmlens_program::{Interrupt, output};
use serde::{Deserialize, Serialize};

use crate::arguments::Machine;
use crate::hyper_parameters::HyperParameters;
use crate::rankers::Ranker;
use crate::watch::{OnBar, bar, from_training};
use made::Made;

#[derive(clap::Args)]
#[command(after_help = "Examples:\n  \
    ./dev classic bench --ratings 1000000 >> bench.jsonl\n  \
    ./dev classic bench --ratings 25000000 --methods svd,ease >> bench.jsonl\n  \
    ./dev classic bench-plot bench.jsonl --out bench.svg")]
pub(crate) struct Arguments {
    /// How many ratings to generate. The users and films grow with them as MovieLens's do.
    #[arg(long, value_parser = clap::value_parser!(u64).range(1000..=100_000_000))]
    ratings: u64,
    /// The methods, with commas between them [default: all]
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    methods: Vec<Ranker>,
    /// The seed of the ratings.
    #[arg(long, default_value_t = 42)]
    seed: u64,
    /// A TOML file with a table of settings for each method.
    #[arg(long, value_name = "FILE.toml")]
    config: Option<std::path::PathBuf>,
    #[command(flatten)]
    machine: Machine,
}

/// What was measured of one method.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Measured {
    pub(crate) method: String,
    pub(crate) ratings: u64,
    pub(crate) users: u32,
    pub(crate) items: u32,
    pub(crate) threads: usize,
    pub(crate) train_seconds: f64,
    /// Of the ratings alone, before the training.
    pub(crate) data_bytes: u64,
    /// Of the program, ratings and all.
    pub(crate) peak_bytes: u64,
    /// What the training added.
    pub(crate) model_bytes: u64,
    pub(crate) serve_us_p50: f64,
    pub(crate) serve_us_p99: f64,
}

/// Lists of ten films each, after those of a user.
const REQUESTS: usize = 1_000;
const LIST: usize = 10;

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let methods: Vec<Ranker> = match &arguments.methods[..] {
        [] => Ranker::all().collect(),
        named => named.to_vec(),
    };
    if let [method] = &methods[..] {
        let settings = HyperParameters::read(arguments.config.as_deref())?;
        arguments.machine.prepare()?;
        let measured = arguments.measure(*method, &settings)?;
        output::print(&serde_json::to_string(&measured)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    for method in methods {
        arguments.measure_apart(method)?;
    }
    Ok(ExitCode::SUCCESS)
}

impl Arguments {
    /// In a process of its own, whose memory has seen no other method.
    fn measure_apart(&self, method: Ranker) -> anyhow::Result<()> {
        let program = env::current_exe().context("this program does not know where it lies")?;
        let mut command = Command::new(program);
        command.args(["bench", "--ratings", &self.ratings.to_string(), "--seed", &self.seed.to_string()]);
        command.args(["--methods", method.name()]);
        if let Some(config) = &self.config {
            command.arg("--config").arg(config);
        }
        if let Some(threads) = self.machine.threads {
            command.args(["--threads", &threads.to_string()]);
        }
        let status = command.status().context("this program cannot be started once more")?;
        if !status.success() {
            bail!("{method} could not be measured");
        }
        Ok(())
    }

    fn measure(&self, method: Ranker, settings: &HyperParameters) -> anyhow::Result<Measured> {
        let made = Made::new(self.ratings, self.seed)?;
        let interrupt = Interrupt::listen();
        let data_bytes = memory::resident()?;
        memory::forget_peak();
        let bar = bar(1, method.name());
        let started = Instant::now();
        let model = made.ranking().train(method, settings, &mut OnBar::new(&bar, &interrupt));
        let train_seconds = started.elapsed().as_secs_f64();
        bar.finish_and_clear();
        let model = model.map_err(from_training)?;
        let peak_bytes = memory::peak()?;
        let model_bytes = memory::resident()?.saturating_sub(data_bytes);
        let times = serve(&*model, &made);
        Ok(Measured {
            method: method.name().to_owned(),
            ratings: self.ratings,
            users: made.matrix.user_count(),
            items: made.matrix.item_count(),
            threads: rayon::current_num_threads(),
            train_seconds,
            data_bytes,
            peak_bytes,
            model_bytes,
            serve_us_p50: times[REQUESTS / 2],
            serve_us_p99: times[REQUESTS * 99 / 100],
        })
    }
}

/// The microseconds of each list, ascending.
fn serve(model: &dyn Recommender, made: &Made) -> Vec<f64> {
    let mut scores = vec![f32::NEG_INFINITY; model.item_count() as usize + 1];
    let users = made.matrix.user_count();
    let mut times: Vec<f64> = (0..REQUESTS as u32)
        .map(|request| {
            // Users are as they come, so that neighbours in the list have nothing in common.
            let row = made.matrix.users().row(request.wrapping_mul(7919) % users);
            let started = Instant::now();
            model.score(Profile { items: row.indices, stars: row.values }, &mut scores);
            std::hint::black_box(top_k(&scores, LIST, row.indices));
            started.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times
}
