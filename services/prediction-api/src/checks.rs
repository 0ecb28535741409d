//! What a model has to get right before it may answer anybody.

use filmlens_domain::{Assessment, Category, CategoryAssessment, Explanation, FilmEvidence, Level};
use filmlens_inference::{Content, ContentQuery, EngineHandle};

/// Contributions add up to the score as exactly as this.
const EXACT: f64 = 1e-6;
/// Probabilities may be rounded.
const CLOSE: f64 = 1e-3;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Failed {
    #[error("the model does not answer about the film {title:?}")]
    NoAnswer {
        title: String,
        #[source]
        source: filmlens_inference::Error,
    },
    #[error("of the film {title:?} it says {what} of {category}")]
    Wrong { title: String, category: Category, what: &'static str },
}

pub(crate) fn pass(classifier: &EngineHandle<Content>) -> Result<(), Failed> {
    for film in films() {
        let title = film.title.clone();
        let answer = classifier
            .assess_blocking(ContentQuery { film, explain: true })
            .map_err(|source| Failed::NoAnswer { title: title.clone(), source })?;
        check(&title, &answer.value)?;
    }
    Ok(())
}

fn films() -> Vec<FilmEvidence> {
    let film = |title: &str, description: &str| FilmEvidence {
        title: title.to_owned(),
        description: description.to_owned(),
        ..FilmEvidence::default()
    };
    vec![
        FilmEvidence {
            genres: vec!["Crime".to_owned(), "Thriller".to_owned()],
            certificate: Some("R".to_owned()),
            keywords: vec!["murder".to_owned(), "drugs".to_owned()],
            year: Some(1995),
            ..film(
                "The Long Night",
                "A dealer is found shot, and a detective hunts the killer of three women.",
            )
        },
        film("El jardín", "Una niña y su abuela plantan un árbol y esperan juntas la primavera."),
        film("?", "🎬🎬🎬🎬🎬🎬🎬🎬🎬🎬"),
    ]
}

fn check(title: &str, assessment: &Assessment) -> Result<(), Failed> {
    for (category, found) in assessment.categories.iter() {
        let wrong = |what| Failed::Wrong { title: title.to_owned(), category, what };
        check_reading(found).map_err(wrong)?;
        let Some(explanation) = &found.explanation else { return Err(wrong("nothing in explanation")) };
        check_explanation(explanation).map_err(wrong)?;
    }
    Ok(())
}

fn check_reading(found: &CategoryAssessment) -> Result<(), &'static str> {
    let reading = &found.reading;
    let all = [reading.none, reading.moderate, reading.high];
    if !all.iter().all(|probability| (0.0..=1.0).contains(probability)) {
        return Err("probabilities outside 0 to 1");
    }
    let of_level = match reading.level {
        Level::SinContenido => reading.none,
        Level::Moderado => reading.moderate,
        Level::Alto => reading.high,
    };
    if (reading.probability - of_level).abs() > CLOSE {
        return Err("a probability that is not its level's");
    }
    if all.iter().any(|&probability| probability > of_level + CLOSE) {
        return Err("a level that is not the likeliest");
    }
    Ok(())
}

fn check_explanation(explanation: &Explanation) -> Result<(), &'static str> {
    let sum: f64 = explanation.contributions.iter().map(|contribution| contribution.value).sum();
    let difference = (explanation.base + sum - explanation.raw).abs();
    if difference <= EXACT { Ok(()) } else { Err("contributions that do not add up to the score") }
}

#[cfg(test)]
mod tests {
    use filmlens_domain::{Contribution, PerCategory, Reading, Source};

    use super::*;

    fn sound() -> Assessment {
        let contribution = Contribution { source: Source::Word("war".to_owned()), value: 0.75 };
        let explanation = Explanation { base: -1.0, raw: -0.25, contributions: vec![contribution] };
        Assessment {
            categories: PerCategory::from_fn(|_| CategoryAssessment {
                reading: Reading::certain(Level::Moderado),
                is_uncertain: false,
                explanation: Some(explanation.clone()),
            }),
        }
    }

    #[test]
    fn a_sound_assessment_passes() {
        assert!(check("A", &sound()).is_ok());
    }

    #[test]
    fn each_fault_is_told_with_its_category() {
        type Spoil = fn(&mut CategoryAssessment);
        let faults: [(Spoil, &str); 5] = [
            (|found| found.reading.high = f64::NAN, "probabilities outside 0 to 1"),
            (|found| found.reading.probability = 0.5, "a probability that is not its level's"),
            (
                |found| (found.reading.level, found.reading.probability) = (Level::Alto, 0.0),
                "a level that is not the likeliest",
            ),
            (|found| found.explanation = None, "nothing in explanation"),
            (
                |found| found.explanation.as_mut().unwrap().raw = f64::NAN,
                "contributions that do not add up to the score",
            ),
        ];
        for (spoil, what) in faults {
            let mut assessment = sound();
            spoil(&mut assessment.categories.drogas);
            let failed = check("A", &assessment).unwrap_err();
            assert_eq!(failed.to_string(), format!("of the film \"A\" it says {what} of drogas"));
        }
    }
}
