use std::fs;

use serde_json::json;

use crate::data::{FILMS, USERS, history, stars, workplace};
use crate::program::run_line;

#[test]
fn a_report_describes_the_ratings_as_text_json_and_a_page() {
    let place = workplace();
    let text = run_line(place.path(), "report --data ratings --out ratings.html").succeeded().stdout;
    assert!(text.contains("Story"), "{text}");
    let page = fs::read_to_string(place.path().join("ratings.html")).unwrap();
    assert!(page.starts_with("<!doctype html>") && page.contains("<svg"), "{page}");
    let report = run_line(place.path(), "report --data ratings --json").succeeded().json();
    let given: Vec<f64> =
        (0..USERS).flat_map(|user| history(user).into_iter().map(move |film| stars(user, film))).collect();
    assert_eq!(report["name"], "ratings");
    assert_eq!((&report["users"], &report["items"]), (&json!(USERS), &json!(FILMS)));
    assert_eq!(report["ratings"], given.len());
    let mean = given.iter().sum::<f64>() / given.len() as f64;
    assert!((report["mean_stars"].as_f64().unwrap() - mean).abs() < 1e-6, "{report}");
    let sparsity = 1.0 - given.len() as f64 / (USERS * FILMS) as f64;
    assert!((report["sparsity"].as_f64().unwrap() - sparsity).abs() < 1e-6, "{report}");
}
