use filmlens_datasets::sensitivity::LabelledFilms;
use filmlens_domain::Category;
use filmlens_evaluation::classification::Fact;
use filmlens_sensitivity::{Form, LabelCounts, LabelOrigin, Settings, TrainingSummary};

/// What somebody should know before they trust the model; `summary` of one that was trained.
pub(crate) fn facts(
    films: &LabelledFilms,
    settings: &Settings,
    summary: Option<&TrainingSummary>,
) -> Vec<Fact> {
    let mut facts = vec![
        fact("What it answers", answers(settings.form).to_owned()),
        fact(
            "Films",
            format!("{} of {}, {} of them judged by people", films.films.len(), films.name, films.judged()),
        ),
        fact(
            "How it learns",
            format!(
                "readers learn from the text of all films what keywords say of them; {} then learns from the films that people judged",
                settings.algorithm
            ),
        ),
    ];
    if let Some(summary) = summary {
        facts.push(fact(
            "Features",
            format!("{} of text and facts, {} of the judges", summary.features, summary.judge_features),
        ));
        facts.push(fact("Labels", labels(&summary.labels)));
    }
    let unjudged = unjudged(films);
    if !unjudged.is_empty() {
        facts.push(fact(
            "Nobody judged",
            format!(
                "{}: it learns from rules over keywords alone, and the figures say how well it finds what those rules find, not how well it knows the film",
                unjudged.join(", ")
            ),
        ));
    }
    facts.push(fact(
        "How the settings were chosen",
        "by looking at what many of them made of the films that people judged in the public data, the same that figures over that data are of: those are a little too good".to_owned(),
    ));
    facts.push(fact(
        "Too little to go by",
        "where hardly anything is known of a film, or no level is clearly the likeliest, the answer is marked as uncertain, and must not be taken for sin_contenido".to_owned(),
    ));
    facts.push(fact(
        "Whom it may fail",
        "people judged few films, most of them well-known and in English; films of other kinds, and categories that a description does not mention, are judged by certificate, genre and year more than by what happens in them".to_owned(),
    ));
    facts
}

fn answers(form: Form) -> &'static str {
    match form {
        Form::Levels => {
            "how much violence, sex, drugs, strong language and suicide a film holds: sin_contenido, moderado or alto, with a probability for each"
        }
        Form::Triggers => {
            "whether a film holds violence, sex, substance abuse, strong language or suicide, with a probability for each"
        }
    }
}

fn labels(counts: &[LabelCounts]) -> String {
    let of_question = |counts: &LabelCounts| {
        let origin = match counts.origin {
            LabelOrigin::Human => "judged by people",
            LabelOrigin::KeywordsRule => "by rules over keywords",
            LabelOrigin::DescriptionRule => "by rules over descriptions",
        };
        format!("{} yes for {} of {} films {origin}", counts.question, counts.positives, counts.films)
    };
    counts.iter().map(of_question).collect::<Vec<_>>().join("; ")
}

fn unjudged(films: &LabelledFilms) -> Vec<&'static str> {
    let is_judged =
        |category: &Category| films.films.iter().any(|film| film.severities.get(*category).is_some());
    Category::ALL.into_iter().filter(|category| !is_judged(category)).map(Category::as_str).collect()
}

fn fact(name: &str, text: String) -> Fact {
    Fact { name: name.to_owned(), text }
}
