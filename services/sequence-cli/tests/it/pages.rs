use std::fs;
use std::path::Path;

use xmlparser::{ElementEnd, Token, Tokenizer};

use crate::data::trained;
use crate::program::run_line;

/// How often each element occurs in a well-formed document.
#[track_caller]
fn elements(document: &str) -> Vec<&str> {
    let (mut open, mut found) = (Vec::new(), Vec::new());
    for token in Tokenizer::from(document) {
        match token.unwrap() {
            Token::ElementStart { local, .. } => {
                open.push(local.as_str());
                found.push(local.as_str());
            }
            Token::ElementEnd { end: ElementEnd::Close(_, local), .. } => {
                assert_eq!(open.pop(), Some(local.as_str()));
            }
            Token::ElementEnd { end: ElementEnd::Empty, .. } => {
                open.pop().unwrap();
            }
            _ => {}
        }
    }
    assert_eq!(open, Vec::<&str>::new(), "left open");
    found
}

#[track_caller]
fn check_picture(path: &Path, words: &[&str]) {
    let svg = fs::read_to_string(path).unwrap();
    let elements = elements(&svg);
    assert_eq!(elements[0], "svg");
    assert!(elements.contains(&"text") && elements.len() > 20, "{elements:?}");
    for words in words {
        assert!(svg.contains(words), "{words} in {svg}");
    }
    assert!(!svg.contains("NaN"), "{svg}");
}

#[test]
fn the_learning_curves_are_a_picture() {
    let place = trained();
    let curves = place.path().join("model/learning_curves.svg");
    check_picture(&curves, &["Training of model", "training loss", "nDCG@10", "Recall@10", "epoch"]);
    let training = fs::read(place.path().join("model/training.json")).unwrap();
    let training: serde_json::Value = serde_json::from_slice(&training).unwrap();
    assert_eq!(training["curve"].as_array().unwrap().len(), 8);
    assert_eq!(training["steps"], 24);
}

#[test]
fn the_report_is_a_page_with_tables_and_the_plot() {
    let place = trained();
    run_line(place.path(), "eval --data data --model model --report page.html --plot plot.svg").succeeded();
    check_picture(&place.path().join("plot.svg"), &["popularity", "model", "nDCG@10"]);
    for page in ["model/report.html", "page.html"] {
        let page = fs::read_to_string(place.path().join(page)).unwrap();
        assert!(page.starts_with("<!doctype html>") || page.starts_with("<!DOCTYPE html>"), "{page}");
        let svg = &page[page.find("<svg").unwrap()..page.find("</svg>").unwrap() + 6];
        assert!(elements(svg).contains(&"text"));
        for words in ["<table", "popularity", "nDCG@10", "</html>"] {
            assert!(page.contains(words), "{words} in {page}");
        }
    }
}
