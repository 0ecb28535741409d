use std::path::PathBuf;
use std::process::ExitCode;

use filmlens_collaborative::Profile;
use filmlens_recommend::{Method, Question};

use super::films::Library;
use super::who::Who;

#[derive(clap::Args)]
#[command(after_help = "Examples:\n  \
    ./dev classic recommend models/classic --user 1\n  \
    ./dev classic recommend models/classic --rated \"Heat=4.5\" --rated \"Toy Story=2\" --method svd")]
pub(crate) struct Arguments {
    /// The folder of the models.
    model: PathBuf,
    #[command(flatten)]
    who: Who,
    /// What ranks [default: the best that there is]
    #[arg(long)]
    method: Option<Method>,
    /// How many films to list.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1000))]
    k: u32,
    /// List films that were rated, too.
    #[arg(long)]
    keep_seen: bool,
    /// Print the films as JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let library = Library::open(&arguments.model)?;
    let (items, stars) = arguments.who.profile(&library)?;
    let answer = library.models.recommend(Question {
        profile: Profile { items: &items, stars: &stars },
        method: arguments.method,
        k: arguments.k as usize,
        exclude: &[],
        repeats: arguments.keep_seen,
    });
    library.print(&answer, arguments.method, arguments.json)?;
    Ok(ExitCode::SUCCESS)
}
