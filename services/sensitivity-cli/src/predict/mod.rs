mod answer;
mod film;

use std::io::{self, BufRead as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use filmlens_artifacts::Artifact;
use filmlens_program::output;
use filmlens_sensitivity::SensitivityModel;

use crate::arguments::{MODEL, MODEL_FOLDER};
use film::Film;

#[derive(clap::Args)]
#[command(after_help = "Examples:\n  \
    ./dev sensitivity predict --title Heat --description \"A group of professional bank robbers…\" --certificate R\n  \
    ./dev sensitivity predict --title Heat --description \"…\" --genre Crime --keyword heist --explain\n  \
    ./dev sensitivity predict --lines < films.jsonl")]
pub(crate) struct Arguments {
    /// The folder of the model.
    #[arg(env = MODEL_FOLDER, default_value = MODEL)]
    model: PathBuf,
    #[command(flatten)]
    film: Film,
    /// Read films from standard input instead, one in each line: {"title": …, "description": …}, with genres, certificate,
    /// keywords and year where they are known; answers in lines of JSON.
    #[arg(long, conflicts_with_all = ["title", "description", "genres", "certificate", "keywords", "year"])]
    lines: bool,
    /// Say which words and facts pushed each category.
    #[arg(long)]
    explain: bool,
    /// Print the answer as JSON.
    #[arg(long)]
    json: bool,
}

/// Lines that are read before any is answered.
const BATCH: usize = 256;

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let artifact = Artifact::open(&arguments.model).with_context(|| {
        format!("{} holds no model; ./dev train sensitivity makes one", arguments.model.display())
    })?;
    let model = SensitivityModel::load(&artifact)?;
    if arguments.lines {
        answer_lines(&model, arguments.explain)?;
        return Ok(ExitCode::SUCCESS);
    }
    let film = &arguments.film;
    let assessment = model.assess_one(&film.evidence(), arguments.explain);
    if arguments.json {
        output::print_json(&answer::json(film, &assessment))?;
    } else {
        output::print(&answer::text(film, &assessment))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn answer_lines(model: &SensitivityModel, explain: bool) -> anyhow::Result<()> {
    let mut films = Vec::new();
    for (line, number) in io::stdin().lock().lines().zip(1..) {
        let line = line.context("standard input cannot be read")?;
        if line.trim().is_empty() {
            continue;
        }
        let film: Film =
            serde_json::from_str(&line).with_context(|| format!("line {number} is not a film"))?;
        films.push(film);
        if films.len() == BATCH {
            answer(model, &films, explain)?;
            films.clear();
        }
    }
    answer(model, &films, explain)
}

fn answer(model: &SensitivityModel, films: &[Film], explain: bool) -> anyhow::Result<()> {
    let evidence: Vec<_> = films.iter().map(Film::evidence).collect();
    let asked: Vec<_> = evidence.iter().map(|evidence| (evidence, explain)).collect();
    for (film, assessment) in films.iter().zip(model.assess(&asked)?) {
        output::print(&answer::json(film, &assessment).to_string())?;
    }
    Ok(())
}
