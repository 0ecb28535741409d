use std::path::PathBuf;
use std::process::ExitCode;

use filmlens_recommend::{Method, SIMILAR};

use super::films::Library;

#[derive(clap::Args)]
#[command(after_help = "Examples:\n  \
    ./dev classic similar models/classic \"The Godfather\"\n  \
    ./dev classic similar models/classic \"Godfather, The (1972)\" --k 10 --method ials")]
pub(crate) struct Arguments {
    /// The folder of the models.
    model: PathBuf,
    /// A title, with or without its year.
    title: String,
    /// How many films to list.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1000))]
    k: u32,
    /// What tells which films are alike: knn, ials, pure-svd or svd [default: the first of them that there is]
    #[arg(long, value_parser = method)]
    method: Option<Method>,
    /// Print the films as JSON.
    #[arg(long)]
    json: bool,
}

fn method(name: &str) -> Result<Method, String> {
    let method = name.parse::<Method>().ok().filter(|method| SIMILAR.contains(method));
    method.ok_or_else(|| {
        let names = SIMILAR.map(Method::name).join(", ");
        format!("it does not tell which films are alike; use one of {names}")
    })
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let library = Library::open(&arguments.model)?;
    let item = library.find(&arguments.title)?;
    let answer = library.models.similar(item, arguments.method, arguments.k as usize);
    if answer.items.is_empty() {
        anyhow::bail!("none of the models says which films are like {:?}", arguments.title);
    }
    library.print(&answer, arguments.method, arguments.json)?;
    Ok(ExitCode::SUCCESS)
}
