use std::path::PathBuf;
use std::process::ExitCode;

use filmlens_evaluation::data_set::{RatingEvent, Survey, SurveySettings};
use filmlens_program::output;

use crate::ratings::Source;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    source: Source,
    /// The page to write: tables and plots in one file.
    #[arg(long, value_name = "FILE.html")]
    out: Option<PathBuf>,
    /// How many ratings a film must have to be listed by its mean [default: so that one film in twenty has them]
    #[arg(long, value_name = "RATINGS")]
    vote_threshold: Option<u32>,
    /// Print everything as JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let data = arguments.source.read()?;
    let mut survey = Survey::new(data.ratings.user_count(), data.ratings.item_count());
    for rating in data.ratings.iter() {
        let event =
            RatingEvent { user: rating.user, item: rating.item, stars: rating.stars, time: rating.time };
        survey.add(event)?;
    }
    let title = |item: u32| Some(data.films.get(item as usize)?.as_ref()?.title.as_str().to_owned());
    let settings = SurveySettings { vote_threshold: arguments.vote_threshold, ..SurveySettings::default() };
    let report = survey.finish(&data.name, &settings, title)?;
    if let Some(file) = &arguments.out {
        output::write(file, report.to_html()?)?;
    }
    if arguments.json {
        output::print_json(&report.to_json())?;
    } else {
        output::print(&report.to_text())?;
    }
    Ok(ExitCode::SUCCESS)
}
