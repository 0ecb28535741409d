use std::path::Path;

use filmlens_datasets::sensitivity::{LabelledFilm, LabelledFilms};

use super::*;
use crate::stage::{Stage, versions_of};
use crate::watch::Progress;
use crate::{Algorithm, train};

fn quick(algorithm: Algorithm) -> Settings {
    let mut settings = Settings { algorithm, ..Settings::default() };
    settings.readers.folds = 2;
    settings
}

/// The judge's own score is what the explanation gives and adds up to, and its curve is what was answered.
#[track_caller]
fn assert_exact(model: &SensitivityModel, film: &FilmEvidence) {
    let case = Case::of(film, &model.space, &model.rules);
    let row = model.judge_row(&case, &model.readers.read(&case));
    let assessment = model.assess_one(film, true);
    let of_category = model.judges.len() / Category::ALL.len();
    for (category, found) in assessment.categories.iter() {
        let (reading, explanation) = (found.reading, found.explanation.as_ref().unwrap());
        let is_high = of_category > 1 && reading.level == Level::Alto;
        let first = category as usize * of_category;
        let judge = &model.judges[first + usize::from(is_high)];
        let raw = judge.score(&row);
        assert!((explanation.raw - raw).abs() < 1e-6, "{category}: {} {raw}", explanation.raw);
        let sum: f64 = explanation.contributions.iter().map(|contribution| contribution.value).sum();
        assert!((explanation.base + sum - raw).abs() < 1e-6, "{category}: {} {raw}", explanation.base + sum);
        let some = model.judges[first].plain.curve.probability(model.judges[first].score(&row));
        let answered = if is_high { reading.high } else { reading.moderate + reading.high };
        let expected = judge.plain.curve.probability(explanation.raw).min(some);
        assert!((answered - expected).abs() < 1e-6, "{category}: {answered} {expected}");
    }
}

#[test]
fn scores_explanations_and_probabilities_of_the_demo_films_agree_whatever_judges() {
    let demo = LabelledFilms::demo().unwrap();
    for algorithm in Algorithm::ALL {
        let model = train(&demo, &quick(algorithm), &mut ()).unwrap().model;
        for film in &demo.films {
            assert_exact(&model, &film.evidence);
        }
    }
}

#[test]
fn scores_explanations_and_probabilities_of_the_films_that_people_judged_agree() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/sensitivity");
    if !folder.is_dir() {
        eprintln!("skipped: no films in {}", folder.display());
        return;
    }
    let films = LabelledFilms::read(&folder).unwrap();
    let model = train(&films, &quick(Algorithm::LightGbm), &mut ()).unwrap().model;
    let is_judged = |film: &&LabelledFilm| film.severities.iter().any(|(_, level)| level.is_some());
    let judged: Vec<&LabelledFilm> = films.films.iter().filter(is_judged).collect();
    assert_eq!(judged.len(), 197);
    for film in judged {
        assert_exact(&model, &film.evidence);
    }
}

#[test]
fn a_film_has_the_same_row_in_training_and_in_serving() {
    let demo = LabelledFilms::demo().unwrap();
    let settings = quick(Algorithm::LogisticRegression);
    let model = train(&demo, &settings, &mut ()).unwrap().model;
    let versions = versions_of(&demo.films);
    let mut progress = Progress { watch: &mut (), done: 0, of: 1 };
    let stage = Stage::new(&demo.films, &versions, &settings, &mut progress).unwrap();
    for (place, film) in demo.films.iter().enumerate() {
        let case = Case::of(&film.evidence, &model.space, &model.rules);
        assert_eq!(model.judge_row(&case, &stage.unseen[place]), stage.row(place), "{}", film.id);
        assert_eq!(model.readers.read(&case), model.readers.read(&stage.cases[place]), "{}", film.id);
    }
}
