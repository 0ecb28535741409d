use std::thread;
use std::time::{Duration, Instant};

use clap::ValueEnum;
use filmlens_inference::{Engine, EngineSettings, ModelError};
use serde_json::json;

use super::{Asked, print_line};
use crate::arguments::Machine;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    asked: Asked,
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    clients: u16,
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    seconds: u64,
    /// Whether the engine may compute several requests at once.
    #[arg(long, value_enum)]
    batching: Batching,
    #[command(flatten)]
    machine: Machine,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Batching {
    On,
    Off,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let device = arguments.machine.prepare()?;
    let mut settings = EngineSettings::default();
    if arguments.batching == Batching::Off {
        settings.batch_requests = 1;
    }
    let asked = arguments.asked.clone();
    let build = move || asked.engine(device).map_err(ModelError::from);
    let engine = Engine::spawn("bench", "bench", settings, build)?;
    let handle = engine.handle();
    handle.ready_blocking()?;
    let queries = arguments.asked.queries(handle.shape()?.item_count)?;

    let started = Instant::now();
    let limit = Duration::from_secs(arguments.seconds);
    let client = |number: usize| {
        let mut times = Vec::new();
        let mine = queries.iter().cycle().skip(number * 7);
        for query in mine {
            if started.elapsed() > limit {
                break;
            }
            let asked = Instant::now();
            handle.recommend_blocking(query.clone())?;
            times.push(asked.elapsed().as_secs_f64() * 1e3);
        }
        Ok::<_, filmlens_inference::Error>(times)
    };
    let times = thread::scope(|scope| {
        let clients: Vec<_> =
            (0..usize::from(arguments.clients)).map(|number| scope.spawn(move || client(number))).collect();
        clients
            .into_iter()
            .map(|client| client.join().expect("clients do not panic"))
            .collect::<Result<Vec<_>, _>>()
    })?;
    let seconds = started.elapsed().as_secs_f64();
    engine.shutdown();

    let mut times = times.concat();
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times.get((times.len() as f64 * share) as usize).or(times.last());
    print_line(&json!({
        "answered": times.len(),
        "seconds": seconds,
        "p50_ms": at(0.50),
        "p95_ms": at(0.95),
        "p99_ms": at(0.99),
    }))
}
