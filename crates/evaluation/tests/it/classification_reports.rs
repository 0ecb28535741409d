use filmlens_evaluation::Error;
use filmlens_evaluation::classification::{Answers, Classification, Fact, Grading, Question, Settings};
use filmlens_evaluation::rating::Resampling;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// A question whose first model knows more than the second, and whose third knows nothing.
fn question(films: u32) -> Question {
    let random = &mut ChaCha8Rng::seed_from_u64(11);
    let mut question = Question { name: "violencia >= moderado".to_owned(), ..Question::default() };
    let (mut good, mut fair, mut blind) = (Vec::new(), Vec::new(), Vec::new());
    for film in 0..films {
        let chance: f64 = random.random_range(0.02..0.98);
        question.films.push(film);
        question.folds.push(film % 5);
        question.repeats.push(0);
        question.truths.push(random.random_bool(chance));
        good.push(chance);
        fair.push((chance + random.random_range(-0.6..0.6_f64)).clamp(0.0, 1.0));
        blind.push(0.5);
    }
    let models = [("good", good), ("fair <1>", fair), ("majority", blind)];
    question.models = models
        .map(|(name, probabilities)| Answers { name: name.to_owned(), probabilities, scores: None })
        .to_vec();
    question
}

fn grading(films: u32) -> Grading {
    let level = |film: u32| (film % 7 / 3) as usize;
    Grading {
        name: "violencia".to_owned(),
        levels: ["sin_contenido", "moderado", "alto"].map(str::to_owned).to_vec(),
        films: (0..films).collect(),
        truths: (0..films).map(level).collect(),
        models: vec![
            ("good".to_owned(), (0..films).map(|film| level(film + u32::from(film % 9 == 0))).collect()),
            ("majority".to_owned(), vec![0; films as usize]),
        ],
    }
}

fn settings(resamples: usize) -> Settings {
    Settings { resampling: Resampling { resamples, ..Resampling::default() }, ..Settings::default() }
}

fn report(films: u32) -> Classification {
    Classification::new(&[question(films)], &[grading(films)], settings(200)).unwrap()
}

#[test]
fn models_are_compared_on_the_same_resamples() {
    let report = report(300);
    let [good, fair, blind] = &report.questions[0].models[..] else { panic!("three models") };
    assert!(good.first_is_ahead_by.is_none());
    let ahead = fair.first_is_ahead_by.unwrap();
    let apart = good.roc_auc.unwrap().value - fair.roc_auc.unwrap().value;
    assert!((ahead.value - apart).abs() < 1e-12 && ahead.interval.unwrap().low > 0.0, "{ahead:?}");
    assert_eq!(blind.roc_auc.unwrap().value, 0.5);
    let folds = good.roc_auc_by_fold.unwrap();
    assert!((folds.mean - good.roc_auc.unwrap().value).abs() < 0.05 && folds.deviation.unwrap() > 0.0);
}

#[test]
fn intervals_hold_their_figure_and_calibration_is_seen() {
    let report = report(400);
    for model in &report.questions[0].models {
        for figure in [model.roc_auc, model.average_precision, model.brier_score] {
            let (value, interval) = (figure.unwrap().value, figure.unwrap().interval.unwrap());
            assert!(interval.low <= value + 1e-12 && value <= interval.high + 1e-12, "{figure:?}");
        }
    }
    let errors: Vec<f64> =
        report.questions[0].models.iter().map(|model| model.calibration_error.unwrap().value).collect();
    assert!(errors[0] < errors[1], "{errors:?}");
    // Of the error of a model that is right only chance is left, and its interval reaches down to none.
    let right = report.questions[0].models[0].calibration_error.unwrap().interval.unwrap();
    let wrong = report.questions[0].models[1].calibration_error.unwrap().interval.unwrap();
    assert!(right.low == 0.0 && wrong.low > right.high, "{right:?} {wrong:?}");
    for model in &report.gradings[0].models {
        let (value, interval) = (model.macro_f1.unwrap().value, model.macro_f1.unwrap().interval.unwrap());
        assert!(interval.low <= value && value <= interval.high);
    }
}

#[test]
fn a_film_with_many_rows_is_drawn_with_all_of_them() {
    let width = |repeats: usize| {
        let single = question(60);
        let repeated = Question {
            repeats: (0..repeats as u32).flat_map(|repeat| vec![repeat; 60]).collect(),
            films: single.films.repeat(repeats),
            folds: single.folds.repeat(repeats),
            truths: single.truths.repeat(repeats),
            models: single.models.iter().map(|answers| repeated(answers, repeats)).collect(),
            name: single.name,
        };
        let report = Classification::new(&[repeated], &[], settings(200)).unwrap();
        let figure = report.questions[0].models[0].roc_auc.unwrap();
        let interval = figure.interval.unwrap();
        (figure.value, interval.high - interval.low)
    };
    let (one, many) = (width(1), width(7));
    assert!((one.0 - many.0).abs() < 1e-9 && (one.1 - many.1).abs() < 1e-9, "{one:?} {many:?}");
}

fn repeated(answers: &Answers, times: usize) -> Answers {
    Answers { probabilities: answers.probabilities.repeat(times), ..answers.clone() }
}

#[test]
fn rows_are_ranked_by_scores_among_those_of_the_same_dealing() {
    let mut twice = question(50);
    twice.folds = vec![0; 50];
    let alone = Classification::new(&[twice.clone()], &[], settings(0)).unwrap();
    // The second dealing has every probability halved, which would spoil a common ranking.
    twice.repeats = [vec![0; 50], vec![1; 50]].concat();
    for column in [&mut twice.films, &mut twice.folds] {
        *column = column.repeat(2);
    }
    twice.truths = twice.truths.repeat(2);
    for answers in &mut twice.models {
        let halved: Vec<f64> = answers.probabilities.iter().map(|value| value / 2.0).collect();
        answers.probabilities.extend(halved);
    }
    let blind = vec![0.5; 100];
    let scores = twice.models[0].probabilities.clone();
    twice.models.push(Answers { name: "by scores".to_owned(), probabilities: blind, scores: Some(scores) });
    let both = Classification::new(&[twice], &[], settings(0)).unwrap();
    let models = &both.questions[0].models;
    let area = |model: usize| models[model].roc_auc.unwrap().value;
    assert!((area(0) - alone.questions[0].models[0].roc_auc.unwrap().value).abs() < 1e-12);
    assert!((area(3) - area(0)).abs() < 1e-12);
    assert!(models[0].roc_auc_by_repeat.unwrap().deviation.unwrap() < 1e-12);
}

#[test]
fn the_same_seed_gives_the_same_report_whatever_the_number_of_threads() {
    let with_threads = |count| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(count).build().unwrap();
        pool.install(|| report(80).to_json().to_string())
    };
    assert_eq!(with_threads(1), with_threads(3));
}

#[test]
fn text_json_and_page_name_every_model_and_figure() {
    let report = report(120);
    let text = report.to_text();
    for words in ["good is ahead by", "average precision", "calibration error", "macro F1", "fair <1>", "95%"]
    {
        assert!(text.contains(words), "{words} in {text}");
    }
    assert!(text.lines().all(|line| line == line.trim_end()));
    let json = report.to_json();
    let model = &json["questions"][0]["models"][1];
    assert_eq!(model["name"], "fair <1>");
    assert!(model["roc_auc"]["low"].is_f64() && model["calibration_error"]["high"].is_f64());
    assert!(model["reliability"][9]["mean_probability"].is_f64());
    assert_eq!(json["gradings"][0]["models"][1]["confusion"]["counts"][2][2], 0.0);

    let facts = [Fact { name: "Labels".to_owned(), text: "by <people>".to_owned() }];
    let page = report.to_html("A model", &facts).unwrap();
    assert!(page.starts_with("<!doctype html>") && page.trim_end().ends_with("</html>"));
    assert!(page.contains("by &lt;people&gt;") && page.contains("fair &lt;1&gt;") && !page.contains("<1>"));
    assert_eq!(page.matches("role=\"img\"").count(), 2);
    for reference in ["src=", "href=", "@import", "url("] {
        assert!(!page.contains(reference), "{reference}");
    }
    for words in ["recall", "share of yes", "true level"] {
        assert!(report.to_svg().unwrap().contains(words), "{words}");
    }
}

#[test]
fn without_resamples_there_are_no_intervals() {
    let report = Classification::new(&[question(40)], &[], settings(0)).unwrap();
    assert!(report.questions[0].models[0].roc_auc.unwrap().interval.is_none());
    assert!(!report.to_text().contains('['));
}

#[test]
fn a_question_with_one_answer_only_is_reported_without_roc_auc() {
    let mut question = question(20);
    question.truths = vec![false; 20];
    let report = Classification::new(&[question], &[], settings(20)).unwrap();
    assert!(report.questions[0].models[0].roc_auc.is_none());
    assert!(report.questions[0].models[0].brier_score.is_some());
    report.to_html("Nothing is true", &[]).unwrap();
}

#[test]
fn answers_that_cannot_be_are_refused() {
    let refused = |change: fn(&mut Question)| {
        let mut question = question(10);
        change(&mut question);
        Classification::new(&[question], &[], Settings::default()).unwrap_err()
    };
    assert!(matches!(
        refused(|question| question.models[0].probabilities[3] = 1.5),
        Error::Probability { row: 4, .. }
    ));
    assert!(matches!(
        refused(|question| question.models[0].probabilities[0] = f64::NAN),
        Error::Probability { .. }
    ));
    assert!(matches!(refused(|question| question.films.truncate(9)), Error::Rows { found: 9, rows: 10, .. }));
    assert!(matches!(
        refused(|question| question.models[1].name = "good".to_owned()),
        Error::SameName { .. }
    ));
    assert!(matches!(refused(|question| question.models.clear()), Error::NoModels));
    let infinite = |question: &mut Question| question.models[0].scores = Some(vec![f64::INFINITY; 10]);
    assert!(matches!(refused(infinite), Error::Score { row: 1, .. }));
    assert!(matches!(refused(|question| question.truths.clear()), Error::NoCases));
    let mut grading = grading(10);
    grading.models[1].1[2] = 3;
    let error = Classification::new(&[], &[grading], Settings::default()).unwrap_err();
    assert!(matches!(error, Error::Level { row: 3, level: 3, levels: 3, .. }));
    assert!(matches!(Classification::new(&[], &[], Settings::default()), Err(Error::NoCases)));
    let bins = Settings { bins: 0, ..Settings::default() };
    assert!(matches!(Classification::new(&[], &[], bins), Err(Error::Setting { setting: "bins", .. })));
}
