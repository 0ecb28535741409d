use filmlens_evaluation::rating::{CrossValidation, Fold, Resampling};

use crate::rating::{fold, noisy_folds};

fn three_models() -> CrossValidation {
    let models = vec![
        ("biases".to_owned(), noisy_folds(0.1)),
        ("SVD <100>".to_owned(), noisy_folds(0.05)),
        ("item KNN".to_owned(), noisy_folds(0.0)),
    ];
    CrossValidation::new(models, Some("biases"), Resampling { resamples: 50, ..Resampling::default() })
        .unwrap()
}

fn one_split(resamples: usize) -> CrossValidation {
    let pairs = [(1, 3.0, 4.0), (2, 3.5, 3.0)];
    let instant = Fold { training: std::time::Duration::ZERO, ..fold(&pairs, 0) };
    let models = vec![("mean".to_owned(), vec![instant])];
    CrossValidation::new(models, None, Resampling { resamples, ..Resampling::default() }).unwrap()
}

#[test]
fn text_has_models_in_rows_and_folds_in_columns() {
    let text = three_models().to_text();
    let line = |start: &str| text.lines().find(|line| line.starts_with(start)).unwrap();
    assert!(line("1500 ratings of 60 users").contains("clipped to 0.5 to 5 stars, 5 folds"), "{text}");
    assert!(line("Mean of the folds").contains("RMSE"), "{text}");
    assert!(line("SVD <100>").contains(" ± 0.0"), "{text}");
    assert!(line("RMSE by fold").ends_with("fold 5"), "{text}");
    assert!(line("Errors less those of biases").contains("better folds"), "{text}");
    assert!(text.lines().any(|line| line.starts_with("item KNN") && line.contains("5 of 5")), "{text}");
    assert!(text.lines().all(|line| line == line.trim_end()));
}

#[test]
fn a_fixed_split_has_neither_spread_nor_folds() {
    let text = one_split(0).to_text();
    assert!(text.contains("one fixed split") && !text.contains('±') && !text.contains('['), "{text}");
    assert!(!text.contains("by fold") && !text.contains("less those"), "{text}");
    let html = one_split(20).to_html().unwrap();
    assert!(html.contains("95% confidence") && !html.contains("Behind ±"), "{html}");
    let json = one_split(0).to_json();
    assert!(json["models"][0]["rmse"]["deviation"].is_null());
    assert!(json["models"][0]["overall"]["rmse"].get("low").is_none());
}

#[test]
fn json_has_stable_names_and_full_precision() {
    let report = three_models();
    let json = report.to_json();
    let model = &json["models"][1];
    assert_eq!(model["name"], "SVD <100>");
    assert_eq!(model["rmse"]["mean"].as_f64(), Some(report.models[1].rmse.mean));
    assert_eq!(model["rmse"]["deviation"].as_f64(), report.models[1].rmse.deviation);
    for name in ["rmse", "mae", "training_seconds", "prediction_seconds"] {
        assert!(model[name]["lowest"].is_f64() && model["folds"][4][name].is_f64(), "{name}");
    }
    assert!(model["overall"]["rmse"]["low"].is_f64());
    assert_eq!(json["folds"], 5);
    assert_eq!(json["ratings"], 1_500);
    assert_eq!(json["scale"]["highest"], 5.0);
    assert_eq!(json["resampling"]["seed"], 42);
    assert_eq!(json["baseline"], "biases");
    assert_eq!(json["differences"][1]["model"], "item KNN");
    assert!(json["differences"][1]["overall"]["rmse"]["high"].is_f64());
}

#[test]
fn the_page_needs_no_other_file_and_escapes_names() {
    let html = three_models().to_html().unwrap();
    assert!(html.starts_with("<!doctype html>") && html.trim_end().ends_with("</html>"));
    assert!(html.contains("SVD &lt;100&gt;") && !html.contains("<100>"));
    assert!(html.contains("Errors less those of biases") && html.contains("role=\"img\""));
    for reference in ["src=", "href=", "@import", "url("] {
        assert!(!html.contains(reference), "{reference}");
    }
}

#[test]
fn the_plot_says_in_words_who_is_best() {
    let svg = three_models().to_svg().unwrap();
    let description = svg.split_once("<desc>").unwrap().1.split_once("</desc>").unwrap().0;
    let (best, worst) = (description.find("item KNN").unwrap(), description.find("biases").unwrap());
    assert!(best < worst, "{description}");
    for text in ["range of the folds", "RMSE less that of biases", "training time of each fold"] {
        assert!(svg.contains(text), "{text}");
    }
    assert_eq!(svg, three_models().to_svg().unwrap());
    assert!(one_split(0).to_svg().unwrap().contains("<svg"));
}

#[test]
fn more_models_than_colours_show_the_best_folds_only() {
    let models = (0..9_u8).map(|index| (format!("model {index}"), noisy_folds(f32::from(index) / 50.0)));
    let resampling = Resampling { resamples: 0, ..Resampling::default() };
    let report = CrossValidation::new(models.collect(), Some("model 3"), resampling).unwrap();
    assert!(report.to_svg().unwrap().contains("the seven best models"));
}
