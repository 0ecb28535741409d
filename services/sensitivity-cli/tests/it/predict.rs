use std::io::Write as _;
use std::process::Stdio;

use serde_json::Value;

use crate::data::trained;
use crate::program::{program, run, run_line};

const MURDER: [&str; 8] = [
    "predict",
    "models/mine",
    "--title",
    "Knives",
    "--description",
    "a killer hunts and murders with a bloody knife while all night they drink whiskey",
    "--certificate",
    "R",
];

#[test]
fn a_film_is_judged_and_the_reasons_add_up_to_the_score() {
    let answer = run(trained(), MURDER.iter().chain(&["--explain", "--json"])).succeeded().json();
    let violence = &answer["violencia_nivel"];
    assert_ne!(violence["nivel"], "sin_contenido", "{answer}");
    let all = &violence["probabilidades_todas"];
    let sum: f64 =
        ["sin_contenido", "moderado", "alto"].iter().map(|level| all[level].as_f64().unwrap()).sum();
    assert!((sum - 1.0).abs() < 1e-9, "{all}");
    for category in ["violencia", "sexualidad", "drogas", "lenguaje_fuerte", "suicidio"] {
        let explanation = &answer[format!("{category}_nivel")]["explicacion"];
        let parts = explanation["contributions"].as_array().unwrap().iter();
        let sum: f64 = parts.map(|part| part["value"].as_f64().unwrap()).sum();
        let (base, raw) = (explanation["base"].as_f64().unwrap(), explanation["raw"].as_f64().unwrap());
        assert!((base + sum - raw).abs() < 1e-6, "{category}: {base} + {sum} = {raw}");
    }
    assert!(answer["aptitud_familiar"].as_f64().unwrap() < 100.0);
}

#[test]
fn people_read_a_table_of_words_and_facts() {
    let text = run(trained(), MURDER.iter().chain(&["--explain"])).succeeded().stdout;
    assert!(text.starts_with("Knives\n") && text.contains("family score"), "{text}");
    assert!(text.contains("word ") || text.contains("certificate R"), "{text}");
}

#[test]
fn next_to_nothing_is_answered_with_doubt() {
    let answer = run(trained(), ["predict", "models/mine", "--description", "un día más", "--json"]);
    let answer = answer.succeeded().json();
    for category in ["violencia", "sexualidad", "drogas", "lenguaje_fuerte", "suicidio"] {
        assert_eq!(answer[format!("{category}_nivel")]["incierto"], true, "{answer}");
    }
}

#[test]
fn lines_of_films_are_answered_line_by_line() {
    let mut child = program(trained(), ["predict", "models/mine", "--lines"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let films: String = (0..600)
        .map(|film| {
            format!("{{\"title\":\"Film {film}\",\"description\":\"murder 🎬 \\u0000\",\"votes\":3}}\n")
        })
        .collect();
    std::thread::spawn(move || input.write_all(films.as_bytes()));
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), 600);
    assert_eq!(answers[599]["title"], "Film 599");
    assert_eq!(answers[0]["violencia_nivel"], answers[599]["violencia_nivel"]);
}

#[test]
fn a_folder_without_a_model_is_named() {
    run_line(trained(), "predict models/nothing --title x").failed_with("models/nothing holds no model");
}
