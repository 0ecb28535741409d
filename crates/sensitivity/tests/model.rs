#![expect(clippy::unwrap_used, reason = "tests")]

use std::sync::{LazyLock, OnceLock};

use chrono::DateTime;
use filmlens_artifacts::{Artifact, DataRecord, Draft, Metrics};
use filmlens_datasets::sensitivity::LabelledFilms;
use filmlens_domain::{Assessment, Category, FilmEvidence, Level, Source};
use filmlens_sensitivity::{
    Algorithm, Error, Form, KIND, LabelOrigin, SensitivityModel, Settings, cross_validate, score_fold, train,
};
use filmlens_text_features::SpaceSettings;

static DEMO: LazyLock<LabelledFilms> = LazyLock::new(|| LabelledFilms::demo().unwrap());
static MODEL: LazyLock<SensitivityModel> = LazyLock::new(|| {
    let with_characters = Settings { text: SpaceSettings::default(), ..Settings::default() };
    train(&DEMO, &with_characters, &mut ()).unwrap().model
});

/// Fewer readers, so that training again and again takes no time.
fn quick(algorithm: Algorithm) -> Settings {
    let mut settings = Settings { algorithm, ..Settings::default() };
    settings.readers.folds = 2;
    settings
}

fn quick_model(algorithm: Algorithm) -> &'static SensitivityModel {
    static MODELS: [OnceLock<SensitivityModel>; 3] = [const { OnceLock::new() }; 3];
    MODELS[algorithm as usize].get_or_init(|| train(&DEMO, &quick(algorithm), &mut ()).unwrap().model)
}

fn described(description: &str) -> FilmEvidence {
    FilmEvidence { title: "X".to_owned(), description: description.to_owned(), ..FilmEvidence::default() }
}

fn chance(model: &SensitivityModel, film: &FilmEvidence, category: Category) -> f64 {
    1.0 - model.assess_one(film, false).categories.get(category).reading.none
}

fn assert_adds_up(assessment: &Assessment) {
    for (category, of) in assessment.categories.iter() {
        let explanation = of.explanation.as_ref().unwrap();
        let total: f64 = explanation.contributions.iter().map(|contribution| contribution.value).sum();
        let gap = (explanation.base + total - explanation.raw).abs();
        assert!(gap < 1e-6, "{category}: {gap}");
    }
}

#[test]
fn contributions_add_up_to_the_score_whatever_judges() {
    for algorithm in Algorithm::ALL {
        let model = quick_model(algorithm);
        for film in DEMO.films.iter().step_by(3) {
            assert_adds_up(&model.assess_one(&film.evidence, true));
            let bare = FilmEvidence { keywords: Vec::new(), certificate: None, ..film.evidence.clone() };
            assert_adds_up(&model.assess_one(&bare, true));
        }
    }
}

#[test]
fn explanations_name_words_and_facts_of_the_film() {
    let film = &DEMO.films.iter().find(|film| film.evidence.title == "Amores Perros").unwrap().evidence;
    let assessment = MODEL.assess_one(film, true);
    let explanation = assessment.categories.violencia.explanation.as_ref().unwrap();
    let sources: Vec<&Source> = explanation.contributions.iter().map(|of| &of.source).collect();
    assert!(sources.contains(&&Source::Certificate("R".to_owned())));
    assert!(sources.contains(&&Source::Keyword("gun violence".to_owned())));
    for source in &sources {
        if let Source::Word(word) = source {
            assert!(film.title.contains(word.as_str()) || film.description.contains(word.as_str()), "{word}");
        }
    }
    let sizes: Vec<f64> = explanation.contributions.iter().map(|of| -of.value.abs()).collect();
    assert!(sizes.is_sorted());
    let mut seen = sources.clone();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), sources.len());
}

#[test]
fn the_same_films_and_settings_give_the_same_bytes() {
    for algorithm in Algorithm::ALL {
        let files = |model: &SensitivityModel| {
            let folder = tempfile::tempdir().unwrap();
            publish(model, folder.path()).manifest().files.clone()
        };
        let again = train(&DEMO, &quick(algorithm), &mut ()).unwrap().model;
        assert_eq!(files(&again), files(quick_model(algorithm)), "{algorithm}");
    }
}

fn publish(model: &SensitivityModel, folder: &std::path::Path) -> Artifact {
    let target = folder.join("model");
    let draft = Draft::new(&target).unwrap();
    model.write(&draft).unwrap();
    let data = DataRecord { name: "demo".to_owned(), fingerprint: DEMO.fingerprint.clone() };
    let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
    draft.publish(model.description(now, "1.0.0", data, Metrics::new())).unwrap();
    Artifact::open(target).unwrap()
}

#[test]
fn a_model_that_was_stored_answers_as_before_to_the_bit() {
    for algorithm in Algorithm::ALL {
        let folder = tempfile::tempdir().unwrap();
        let model = quick_model(algorithm);
        let artifact = publish(model, folder.path());
        assert_eq!(artifact.manifest().kind, KIND);
        let loaded = SensitivityModel::load(&artifact).unwrap();
        assert_eq!(loaded.settings(), model.settings());
        for film in &DEMO.films {
            let (now, before) =
                (loaded.assess_one(&film.evidence, true), model.assess_one(&film.evidence, true));
            assert_eq!(now, before, "{}", film.evidence.title);
        }
    }
}

#[test]
fn a_model_whose_files_do_not_fit_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("model");
    let draft = Draft::new(&target).unwrap();
    MODEL.write(&draft).unwrap();
    draft.write("readers.bin", &[0; 800]).unwrap();
    let data = DataRecord { name: "demo".to_owned(), fingerprint: String::new() };
    let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
    draft.publish(MODEL.description(now, "1.0.0", data, Metrics::new())).unwrap();
    let error = SensitivityModel::load(&Artifact::open(target).unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "readers.bin does not fit the vocabulary; publish the model anew");
}

#[test]
fn levels_are_ordered_and_add_up() {
    for film in &DEMO.films {
        for (_, of) in MODEL.assess_one(&film.evidence, false).categories.iter() {
            let reading = of.reading;
            let all = [reading.none, reading.moderate, reading.high];
            assert!((all.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            assert!(all.iter().all(|probability| (0.0..=1.0).contains(probability)));
            let own = all[Level::ALL.iter().position(|level| *level == reading.level).unwrap()];
            assert_eq!((own, own), (reading.probability, all.into_iter().fold(0.0, f64::max)));
        }
    }
}

#[test]
fn what_the_model_was_taught_it_knows() {
    let mut right = 0;
    for film in &DEMO.films {
        let level = MODEL.assess_one(&film.evidence, false).categories.violencia.reading.level;
        right += usize::from(Some(level) == film.severities.violencia);
    }
    assert!(right * 10 > DEMO.films.len() * 6, "{right} of {}", DEMO.films.len());
}

#[test]
fn a_description_of_three_words_is_uncertain() {
    for text in ["A quiet village.", "Murder and blood.", "", "🎬🎬🎬", "ok ok ok"] {
        let assessment = MODEL.assess_one(&described(text), false);
        assert!(assessment.categories.iter().all(|(_, of)| of.is_uncertain), "{text:?}");
    }
}

#[test]
fn junk_makes_nothing_certain() {
    let mut film = described("A quiet village.");
    film.certificate = Some("☠".to_owned());
    film.genres = vec!["🎃".to_owned(), "Nonsense".to_owned()];
    for keywords in [vec!["asdf"; 50], vec![""; 50], vec!["--", "…", "asdf", " ASDF "]] {
        film.keywords = keywords.into_iter().map(str::to_owned).collect();
        let assessment = MODEL.assess_one(&film, false);
        assert!(assessment.categories.iter().all(|(_, of)| of.is_uncertain), "{:?}", film.keywords);
    }
    film.certificate = Some("R".to_owned());
    film.genres = vec!["Nonsense".to_owned(); 9];
    film.keywords = vec!["asdf".to_owned(); 9];
    let assessment = MODEL.assess_one(&film, false);
    assert!(assessment.categories.iter().all(|(_, of)| of.is_uncertain));
}

#[test]
fn of_what_nobody_judged_certificate_and_genres_make_nothing_certain() {
    let mut films = DEMO.clone();
    for film in &mut films.films {
        film.severities.suicidio = None;
    }
    let model = train(&films, &quick(Algorithm::LogisticRegression), &mut ()).unwrap().model;
    let mut certain = 0;
    for film in &DEMO.films {
        let words: Vec<&str> = film.evidence.description.split_whitespace().take(15).collect();
        let description = words.join(" ");
        let short = FilmEvidence { description, keywords: Vec::new(), ..film.evidence.clone() };
        let assessment = model.assess_one(&short, false);
        assert!(assessment.categories.suicidio.is_uncertain, "{}", film.id);
        certain += usize::from(!assessment.categories.violencia.is_uncertain);
    }
    assert!(certain > 10, "{certain}");
}

#[test]
fn every_film_has_a_label_for_every_question_and_its_origin() {
    let mut films = DEMO.clone();
    films.films[0].severities.violencia = None;
    let trained = train(&films, &quick(Algorithm::LogisticRegression), &mut ()).unwrap();
    assert_eq!(trained.labels.len(), films.films.len() * trained.model.questions().len());
    let by_rule: Vec<usize> = trained
        .labels
        .iter()
        .filter(|label| label.origin != LabelOrigin::Human)
        .map(|label| label.film)
        .collect();
    assert_eq!(by_rule, [0, 0]);
    let counted: usize = trained.summary.labels.iter().map(|counts| counts.films).sum();
    assert_eq!(counted, trained.labels.len());
}

#[test]
fn a_film_without_keywords_is_judged_by_the_rest() {
    let mut certain = 0;
    for film in DEMO.films.iter().step_by(7) {
        let bare = FilmEvidence { keywords: Vec::new(), ..film.evidence.clone() };
        let assessment = MODEL.assess_one(&bare, true);
        assert_adds_up(&assessment);
        certain += usize::from(!assessment.categories.violencia.is_uncertain);
        for (_, of) in assessment.categories.iter() {
            let contributions = &of.explanation.as_ref().unwrap().contributions;
            assert!(!contributions.iter().any(|of| matches!(of.source, Source::Keyword(_))));
        }
    }
    assert!(certain > 30, "{certain}");
}

#[test]
fn keywords_are_not_read_by_what_reads_text() {
    let film = described("Two brothers open a bakery in a small town and learn to bake bread together.");
    let mut with = film.clone();
    with.keywords = vec!["bread".to_owned(), "brothers".to_owned(), "bakery".to_owned()];
    let words = |film: &FilmEvidence| {
        let assessment = MODEL.assess_one(film, true);
        let contributions = assessment.categories.violencia.explanation.unwrap().contributions;
        contributions.into_iter().filter(|of| matches!(of.source, Source::Word(_))).collect::<Vec<_>>()
    };
    assert_eq!(words(&film), words(&with));
}

#[test]
fn spanish_descriptions_are_told_apart_by_the_phrases_of_the_rules() {
    let violent = described(
        "Un asesino en serie siembra el terror: la policía halla cadáveres mutilados y la venganza acaba en una \
         masacre con tiroteos, sangre y tortura.",
    );
    let gentle = described(
        "Una niña y su perro pasan el verano en la granja de los abuelos, donde aprenden a cuidar las gallinas y a \
         volar cometas con sus amigos.",
    );
    let (high, low) =
        (chance(&MODEL, &violent, Category::Violencia), chance(&MODEL, &gentle, Category::Violencia));
    assert!(high > low + 0.1, "{high} {low}");
}

#[test]
fn a_violent_description_scores_above_a_gentle_one() {
    let violent = described(
        "A serial killer tortures and murders his victims until a vengeful detective hunts him through a blood-soaked \
         massacre of gunfights and stabbings.",
    );
    let gentle = described(
        "A little girl and her talking rabbit friend spend the summer on the farm, learning songs and sharing \
         a birthday picnic with the family.",
    );
    assert!(
        chance(&MODEL, &violent, Category::Violencia) > chance(&MODEL, &gentle, Category::Violencia) + 0.3
    );
}

#[test]
fn any_text_gets_an_answer() {
    let long = "sangre y guerra ".repeat(70_000);
    for text in [long.as_str(), "\0\0\0", "שלום עולם, מלחמה", "{\"a\":", "e\u{301}\u{301}\u{301}"]
    {
        let mut film = described(text);
        film.title = text.chars().take(100).collect();
        film.genres = vec![String::new(), "🎃".to_owned()];
        film.certificate = Some("☠".to_owned());
        film.keywords = vec![String::new(), text.chars().take(100).collect()];
        film.year = Some(i32::MIN);
        let assessment = MODEL.assess_one(&film, true);
        assert_adds_up(&assessment);
        assert!(assessment.categories.iter().all(|(_, of)| of.reading.probability.is_finite()));
    }
}

#[test]
fn the_older_form_says_of_each_category_whether_it_is_there() {
    let model = train(&DEMO, &Settings::of(Form::Triggers), &mut ()).unwrap().model;
    assert_eq!(model.questions().len(), 5);
    for film in DEMO.films.iter().step_by(11) {
        let assessment = model.assess_one(&film.evidence, true);
        assert_adds_up(&assessment);
        assert!(assessment.categories.iter().all(|(_, of)| of.reading.high == 0.0));
    }
}

#[test]
fn every_judged_film_is_tested_once_and_better_than_by_chance() {
    let settings = quick(Algorithm::LogisticRegression);
    let validation = cross_validate(&DEMO, &settings, 3, &mut ()).unwrap();
    assert_eq!(validation.films.len(), DEMO.judged());
    assert!(validation.films.iter().enumerate().all(|(place, film)| film.film == place));
    for question in &validation.questions {
        assert_eq!(question.rows.len(), DEMO.films.len());
        let mut folds: Vec<usize> = question.rows.iter().map(|row| row.fold).collect();
        folds.sort_unstable();
        folds.dedup();
        assert_eq!(folds, [0, 1, 2]);
        assert!(
            area(question.rows.iter().map(|row| (row.raw, row.truth)).collect()) > 0.6,
            "{}",
            question.question
        );
    }
}

#[test]
fn a_fold_alone_scores_as_it_does_among_the_others() {
    let settings = quick(Algorithm::LogisticRegression);
    let whole = cross_validate(&DEMO, &settings, 3, &mut ()).unwrap();
    let alone = score_fold(&DEMO, &settings, 3, 1, &mut ()).unwrap();
    for (whole, alone) in whole.questions.iter().zip(&alone) {
        let of_fold: Vec<_> = whole.rows.iter().filter(|row| row.fold == 1).copied().collect();
        assert_eq!(of_fold, alone.rows, "{}", alone.question);
    }
    assert!(score_fold(&DEMO, &settings, 3, 3, &mut ()).is_err());
}

#[test]
fn a_training_that_is_stopped_says_so() {
    let mut steps = 0;
    let mut watch = |done: usize, of: usize, _: &str| {
        steps += 1;
        assert!(done < of);
        done < 3
    };
    let error = train(&DEMO, &quick(Algorithm::LogisticRegression), &mut watch).unwrap_err();
    assert!(matches!(error, Error::Interrupted));
    assert_eq!(steps, 4);
}

#[test]
fn settings_that_nobody_knows_are_refused() {
    let parse = |text: &str| serde_json::from_str::<Settings>(text);
    assert_eq!(parse("{}").unwrap(), Settings::default());
    assert_eq!(parse(r#"{"algorithm": "random_forest"}"#).unwrap().algorithm, Algorithm::RandomForest);
    assert!(parse(r#"{"learning_rate": 0.1}"#).is_err());
    assert!(parse(r#"{"lightgbm": {"leaves": 3}}"#).is_err());
    let mut settings = Settings::default();
    settings.lightgbm.learning_rate = 0.0;
    let error = train(&DEMO, &settings, &mut ()).unwrap_err();
    assert_eq!(error.to_string(), "lightgbm.learning_rate cannot be 0: it must be above 0");
}

/// How often a film that has it scores above one that has not.
fn area(mut scored: Vec<(f64, bool)>) -> f64 {
    scored.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (mut below, mut pairs, mut yes) = (0.0, 0.0, 0.0);
    for (_, truth) in scored {
        if truth {
            pairs += below;
            yes += 1.0;
        } else {
            below += 1.0;
        }
    }
    pairs / (below * yes)
}
