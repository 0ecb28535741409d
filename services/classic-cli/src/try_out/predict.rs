use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use filmlens_collaborative::Profile;
use filmlens_program::output;
use serde_json::json;

use super::films::Library;
use super::who::Who;

#[derive(clap::Args)]
#[command(after_help = "Examples:\n  \
    ./dev classic predict models/classic --user 1 \"The Matrix\"\n  \
    ./dev classic predict models/classic --rated \"Heat=4.5\" \"Toy Story (1995)\"")]
pub(crate) struct Arguments {
    /// The folder of the models.
    model: PathBuf,
    #[command(flatten)]
    who: Who,
    /// A title, with or without its year.
    title: String,
    /// Print the prediction as JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let library = Library::open(&arguments.model)?;
    let (items, stars) = arguments.who.profile(&library)?;
    let item = library.find(&arguments.title)?;
    let predicted = library
        .models
        .predict(Profile { items: &items, stars: &stars }, item)
        .context("none of the models predicts stars; train knn or svd on ratings")?;
    if arguments.json {
        let id = library.movie_id(item);
        let answer = json!({ "movie_id": id, "stars": predicted.stars, "method": predicted.method });
        output::print_json(&answer)?;
    } else {
        output::print(&format!("{:.2} stars, by {}", predicted.stars, predicted.method))?;
    }
    Ok(ExitCode::SUCCESS)
}
