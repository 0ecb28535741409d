use filmlens_evaluation::Error;
use filmlens_evaluation::ranking::{Evaluation, Metric};
use filmlens_evaluation::report::Comparison;

use crate::cases::{Case, evaluate, settings};

fn model(shift: usize) -> Evaluation {
    let cases: Vec<Case> = (0..30)
        .map(|user| {
            let mut case = Case::at(user, 1 + user as usize);
            case.ranking.rotate_left(shift);
            case
        })
        .collect();
    evaluate(&cases, settings())
}

fn two_models() -> Comparison {
    let models = vec![("popularity".to_owned(), model(0)), ("<gSASRec>".to_owned(), model(7))];
    Comparison::new(models, Some("popularity")).unwrap()
}

#[test]
fn text_lines_up_in_columns() {
    let text = two_models().to_text();
    let lines: Vec<&str> = text.lines().collect();
    assert!(
        lines[0].starts_with("30 cases of 30 users, ranked among 60 items; in brackets the 95% confidence")
    );
    assert!(
        lines.contains(&"Ahead of popularity                <gSASRec>")
            || text.contains("Ahead of popularity")
    );
    let header = lines.iter().find(|line| line.starts_with("All cases")).unwrap();
    let recall = lines.iter().find(|line| line.starts_with("Recall@10")).unwrap();
    for name in ["popularity", "<gSASRec>"] {
        let column = header.find(name).unwrap();
        assert!(recall[column..].starts_with("0.") && recall[..column].ends_with("   "), "{text}");
    }
    assert!(lines.iter().all(|line| *line == line.trim_end()));
    for heading in ["Short histories (5 to 14", "Medium histories (", "Long histories ("] {
        assert!(text.contains(heading), "{heading} in {text}");
    }
}

#[test]
fn one_model_has_the_groups_in_columns() {
    let text = Comparison::new(vec![("gSASRec".to_owned(), model(0))], None).unwrap().to_text();
    let header = text.lines().find(|line| line.starts_with("gSASRec")).unwrap();
    for column in ["all (5 to 34 items, 30 cases)", "short (5 to 14 items, 10 cases)", "long (25 to"] {
        assert!(header.contains(column), "{column} in {header}");
    }
    assert!(!text.contains("Ahead"));
}

#[test]
fn json_has_stable_names_and_full_precision() {
    let comparison = two_models();
    let json = comparison.to_json();
    let expected = comparison.models[1].evaluation.overall.get(Metric::Ndcg { at: 10 }).unwrap();
    let ndcg = &json["models"][1]["overall"]["metrics"]["ndcg_at_10"];
    assert_eq!(ndcg["value"].as_f64(), Some(expected.value));
    assert_eq!(ndcg["low"].as_f64(), Some(expected.interval.unwrap().low));
    assert_eq!(ndcg["cases"], 30);
    assert_eq!(json["models"][1]["name"], "<gSASRec>");
    assert_eq!(json["models"][0]["by_history"][2]["name"], "long");
    assert_eq!(json["models"][0]["settings"]["history_bounds"], "tertiles");
    assert_eq!(json["baseline"], "popularity");
    assert_eq!(json["differences"][0]["slice"], "all");
    assert!(json["differences"][0]["metrics"]["recall_at_10"]["high"].is_f64());

    let coverage = &json["models"][0]["overall"]["metrics"]["coverage_at_10"];
    assert!(coverage["value"].is_f64() && coverage.get("low").is_none());
    let names: Vec<&String> = json["models"][0]["overall"]["metrics"].as_object().unwrap().keys().collect();
    for name in
        ["recall_at_1", "mrr", "novelty_at_10", "genre_diversity_at_10", "release_year_at_10", "age_at_10"]
    {
        assert!(names.iter().any(|known| *known == name), "{name}");
    }
}

#[test]
fn the_page_needs_no_other_file_and_escapes_names() {
    let html = two_models().to_html().unwrap();
    assert!(html.starts_with("<!doctype html>") && html.trim_end().ends_with("</html>"));
    assert!(html.contains("&lt;gSASRec&gt;") && !html.contains("<gSASRec>"));
    assert!(html.contains("<svg xmlns") && html.contains("Ahead of popularity"));
    for reference in ["src=", "href=", "@import", "url("] {
        assert!(!html.contains(reference), "{reference}");
    }
}

#[test]
fn the_plot_shows_accuracy_histories_and_variety() {
    let svg = two_models().to_svg().unwrap();
    for text in ["Recall@10", "nDCG@5 by length of history", "Coverage@10", "&lt;gSASRec&gt;"] {
        assert!(svg.contains(text), "{text}");
    }
    assert_eq!(svg, two_models().to_svg().unwrap());
}

#[test]
fn only_models_on_the_same_cases_are_compared() {
    let named = |names: [&str; 2]| names.map(|name| (name.to_owned(), model(0))).to_vec();
    assert!(matches!(Comparison::new(vec![], None), Err(Error::NoModels)));
    assert!(matches!(Comparison::new(named(["a", "a"]), None), Err(Error::SameName { name }) if name == "a"));
    let unknown = Comparison::new(named(["a", "b"]), Some("c"));
    assert!(matches!(unknown, Err(Error::NoBaseline { name }) if name == "c"));
    let other_cases = evaluate(&[Case::at(1, 1)], settings());
    let different = Comparison::new(vec![("a".to_owned(), model(0)), ("b".to_owned(), other_cases)], None);
    assert!(matches!(different, Err(Error::DifferentCases { second, .. }) if second == "b"));
}
