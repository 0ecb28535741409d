use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use filmlens_charts::{Axis, Chart, Line, LineChart, Picture};
use filmlens_program::output;

use crate::bench::Measured;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The lines that `bench` printed.
    file: PathBuf,
    /// The picture to write.
    #[arg(long, value_name = "FILE.svg")]
    out: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let file = arguments.file.display();
    let text = fs::read_to_string(&arguments.file).with_context(|| format!("cannot read {file}"))?;
    let mut measured = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let parsed = serde_json::from_str(line);
        measured.push(parsed.with_context(|| format!("{file}, line {number}: bench did not print this"))?);
    }
    if measured.is_empty() {
        anyhow::bail!("{file} holds no measurements");
    }
    output::write(&arguments.out, picture(&measured).to_svg()?)?;
    Ok(ExitCode::SUCCESS)
}

fn picture(measured: &[Measured]) -> Picture {
    let chart = |title: &str, label: &str, value: fn(&Measured) -> f64| {
        let mut lines: BTreeMap<&str, Vec<(f64, f64)>> = BTreeMap::new();
        for one in measured {
            lines.entry(&one.method).or_default().push((one.ratings as f64, value(one)));
        }
        let lines = lines.into_iter().map(|(name, mut points)| {
            points.sort_by(|(one, _), (other, _)| one.total_cmp(other));
            Line { name: name.to_owned(), points, marked: None }
        });
        Chart::Lines(LineChart {
            title: title.to_owned(),
            x: Axis::logarithmic("ratings"),
            y: Axis::logarithmic(label),
            lines: lines.collect(),
        })
    };
    Picture {
        title: "Classic recommenders by number of ratings".to_owned(),
        description: "Training time, memory and serving time of each method on generated ratings.".to_owned(),
        charts: vec![
            chart("Training", "seconds", |one| one.train_seconds.max(1e-4)),
            chart("Peak memory, ratings and all", "MB", |one| one.peak_bytes as f64 / 1e6),
            chart("A list of ten, median", "microseconds", |one| one.serve_us_p50.max(0.1)),
            chart("A list of ten, 99th percentile", "microseconds", |one| one.serve_us_p99.max(0.1)),
        ],
    }
}
