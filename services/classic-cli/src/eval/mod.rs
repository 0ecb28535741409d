mod beside;
mod grid;
mod tune;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::ValueEnum;
use filmlens_datasets::sequences::{Case, validation_on_everyone};
use filmlens_evaluation::report::Comparison;
use filmlens_program::lists::RankedLists;
use filmlens_program::ranking::POPULARITY;
use filmlens_program::{Interrupt, output};
use serde_json::{Value, json};

use crate::arguments::Machine;
use crate::histories::Histories;
use crate::hyper_parameters::HyperParameters;
use crate::rankers::Ranker;
use crate::side_by_side::side_by_side;

#[derive(clap::Args)]
#[command(after_help = "Examples:\n  \
    ./dev eval classic --data data/ml-1m\n  \
    ./dev eval classic --data data/ml-1m --methods ease,ials --out results\n  \
    ./dev eval classic --data data/ml-1m --sequence-model models/ml-1m\n  \
    ./dev eval classic --data data/ml-1m --tune --methods ease")]
pub(crate) struct Arguments {
    /// The folder of the histories, as for sequence models: sequences.txt, or ratings of MovieLens (csv or dat).
    #[arg(long, value_name = "FOLDER")]
    data: PathBuf,
    /// The methods, with commas between them [default: all that the data allows]
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    methods: Vec<Ranker>,
    /// The items to ask about: everybody's last one, or the one before. The figures that count are those of the test.
    #[arg(long, value_enum, default_value_t = Part::Test)]
    on: Part,
    /// Try the documented grid of settings on the validation items, print the best as a recipe, and stop there.
    #[arg(long, conflicts_with_all = ["on", "beside", "sequence_model", "out"])]
    tune: bool,
    /// A TOML file with a table of settings for each method, such as `[ease]`.
    #[arg(long, value_name = "FILE.toml")]
    config: Option<PathBuf>,
    /// What a sequence model ranked, as `./dev eval sequence --lists` wrote it; judged in the same table.
    #[arg(long, value_name = "FILE.json")]
    beside: Vec<PathBuf>,
    /// A sequence model to ask the same; filmlens-sequence must lie beside this program (./dev sees to that).
    #[arg(long, value_name = "FOLDER")]
    sequence_model: Option<PathBuf>,
    /// A folder for report.html, results.json and comparison.svg.
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Print everything as JSON, in full precision.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    machine: Machine,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    Test,
    Validation,
}

impl Part {
    fn name(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Validation => "validation",
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let settings = HyperParameters::read_for_ranking(arguments.config.as_deref())?;
    arguments.machine.prepare()?;
    let histories = Histories::read(&arguments.data)?;
    let ranking = histories.ranking();
    let rankers = ranking.rankers(&arguments.methods)?;
    let validation = validation_on_everyone(&histories.data.interactions);
    let cases =
        if arguments.tune || arguments.on == Part::Validation { &validation } else { &histories.split.test };
    if cases.is_empty() {
        anyhow::bail!("there is nobody to ask about; take longer histories, or more users");
    }
    let interrupt = Interrupt::listen();
    let examiner = histories.examiner(cases, &interrupt)?;
    if arguments.tune {
        return tune::run(&ranking, &examiner, &rankers, &settings);
    }

    let mut evaluations = side_by_side(&examiner, &ranking, &rankers, &settings)?;
    for lists in arguments.lists_beside()? {
        evaluations.push((lists.model.clone(), examiner.judge_lists(&lists)?));
    }
    let comparison = Comparison::new(evaluations, Some(POPULARITY))?;
    arguments.tell(&histories, cases, &settings, &comparison)?;
    Ok(ExitCode::SUCCESS)
}

impl Arguments {
    fn lists_beside(&self) -> anyhow::Result<Vec<RankedLists>> {
        let mut lists = Vec::new();
        for file in &self.beside {
            lists.push(RankedLists::read(file)?);
        }
        if let Some(model) = &self.sequence_model {
            lists.push(beside::ask(model, &self.data, self.on.name())?);
        }
        Ok(lists)
    }

    fn tell(
        &self,
        histories: &Histories,
        cases: &[Case],
        settings: &HyperParameters,
        comparison: &Comparison,
    ) -> anyhow::Result<()> {
        let data = &histories.data;
        let results = json!({
            "data": { "name": data.name, "fingerprint": data.fingerprint },
            "split": { "held_out": "last-item", "part": self.on.name(), "cases": cases.len() },
            "hyper_parameters": settings,
            "results": comparison.to_json(),
        });
        if let Some(folder) = &self.out {
            write(folder, comparison, &results)?;
        }
        if self.json {
            return output::print_json(&results);
        }
        output::print(&format!("the {} items of {}\n\n{}", self.on.name(), data.name, comparison.to_text()))
    }
}

fn write(folder: &Path, comparison: &Comparison, results: &Value) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    output::write(&folder.join("report.html"), comparison.to_html()?)?;
    output::write(&folder.join("comparison.svg"), comparison.to_svg()?)?;
    output::write(&folder.join("results.json"), serde_json::to_vec_pretty(results)?)
}
