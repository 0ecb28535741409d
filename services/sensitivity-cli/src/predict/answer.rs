use std::fmt::Write as _;

use filmlens_domain::{Assessment, CategoryAssessment, Contribution, Explanation, Source, family_score};
use serde_json::{Map, Value, json};

use super::film::Film;

/// The strongest words and facts that are printed for people; JSON has all of them.
const STRONGEST: usize = 6;

pub(super) fn json(film: &Film, assessment: &Assessment) -> Value {
    let mut answer = Map::new();
    answer.insert("title".to_owned(), json!(film.title));
    for (category, found) in assessment.categories.iter() {
        let reading = found.reading;
        let mut of_category = json!({
            "nivel": reading.level.as_str(),
            "probabilidad": reading.probability,
            "probabilidades_todas": {
                "sin_contenido": reading.none,
                "moderado": reading.moderate,
                "alto": reading.high,
            },
            "incierto": found.is_uncertain,
        });
        if let Some(explanation) = &found.explanation {
            of_category["explicacion"] = explained(explanation);
        }
        answer.insert(format!("{category}_nivel"), of_category);
    }
    answer.insert("aptitud_familiar".to_owned(), json!(family_score(&assessment.readings())));
    Value::Object(answer)
}

fn explained(explanation: &Explanation) -> Value {
    let contributions = explanation.contributions.iter().map(|contribution| {
        let (kind, text) = named(&contribution.source);
        json!({ "kind": kind, "text": text, "value": contribution.value })
    });
    json!({ "base": explanation.base, "raw": explanation.raw, "contributions": contributions.collect::<Vec<_>>() })
}

fn named(source: &Source) -> (&'static str, String) {
    match source {
        Source::Word(word) => ("word", word.clone()),
        Source::Genre(genre) => ("genre", genre.clone()),
        Source::Certificate(certificate) => ("certificate", certificate.clone()),
        Source::Keyword(keyword) => ("keyword", keyword.clone()),
        Source::Year(year) => ("year", year.to_string()),
        Source::Other(what) => ("other", what.clone()),
    }
}

pub(super) fn text(film: &Film, assessment: &Assessment) -> String {
    let mut text = String::new();
    if !film.title.is_empty() {
        text += &format!("{}\n", film.title);
    }
    for (category, found) in assessment.categories.iter() {
        let CategoryAssessment { reading, is_uncertain, explanation } = found;
        let doubt = if *is_uncertain { "  uncertain" } else { "" };
        let (level, probability) = (reading.level.as_str(), reading.probability);
        writeln!(text, "{:<16} {level:<14} {probability:.2}{doubt}", category.as_str())
            .expect("a String takes everything");
        for contribution in
            explanation.iter().flat_map(|explanation| explanation.contributions.iter().take(STRONGEST))
        {
            text += &because(contribution);
        }
    }
    text + &format!("family score     {:.1}\n", family_score(&assessment.readings()))
}

fn because(contribution: &Contribution) -> String {
    let (kind, name) = named(&contribution.source);
    // A terminal obeys control characters.
    let name = name.replace(char::is_control, " ");
    format!("{:>20} {:+.3}  {kind} {name}\n", "", contribution.value)
}
