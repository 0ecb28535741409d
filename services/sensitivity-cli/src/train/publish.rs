use std::path::Path;

use filmlens_artifacts::{Draft, Manifest, Metrics};
use filmlens_datasets::sensitivity::LabelledFilms;
use filmlens_sensitivity::{FilmLabel, NAME, Settings, Trained};

use super::card;
use crate::data;
use crate::examination::Examination;

/// Puts a model with its card in the folder, in one step.
pub(super) fn publish(
    out: &Path,
    films: &LabelledFilms,
    settings: &Settings,
    trained: &Trained,
    examination: Option<&Examination>,
) -> anyhow::Result<Manifest> {
    let draft = Draft::new(out)?;
    trained.model.write(&draft)?;
    draft.write("labels.csv", labels(films, &trained.labels).as_bytes())?;
    let facts = card::facts(films, settings, Some(&trained.summary));
    if let Some(examination) = examination {
        draft.write("model_card.html", examination.report.to_html(NAME, &facts)?.as_bytes())?;
        let figures = serde_json::to_vec_pretty(&examination.report.to_json())?;
        draft.write("evaluation.json", &figures)?;
    }
    let metrics = examination.map_or_else(Metrics::new, Examination::metrics);
    let version = env!("CARGO_PKG_VERSION");
    let description = trained.model.description(chrono::Utc::now(), version, data::record(films), metrics);
    Ok(draft.publish(description)?)
}

/// What was held to be true of each film, and who says so. Ids and names have neither commas nor quotes.
fn labels(films: &LabelledFilms, labels: &[FilmLabel]) -> String {
    let mut text = "film,question,answer,origin\n".to_owned();
    for FilmLabel { film, question, answer, origin } in labels {
        let (id, answer) = (&films.films[*film].id, if *answer { "yes" } else { "no" });
        text += &format!("{id},{question},{answer},{}\n", origin.as_str());
    }
    text
}
