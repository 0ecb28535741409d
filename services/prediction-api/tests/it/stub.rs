//! A classifier that reads levels from words, so that a test can tell what it has to answer, and obeys the test.

use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use chrono::Utc;
use filmlens_artifacts::{DataRecord, Description, Draft, Metrics, VocabularyRecord};
use filmlens_domain::{
    Assessment, Category, CategoryAssessment, Contribution, Explanation, Level, PerCategory, Reading, Source,
};
use filmlens_inference::{Classifier, ContentQuery, ModelError};
use prediction_api::{Build, KIND, Loader};
use serde_json::json;

/// In a description: the model panics, or fails.
pub(crate) const PANICS: &str = "xpanicsx";
pub(crate) const FAILS: &str = "xfailsx";

/// What a test sees and says of the classifier on its thread.
#[derive(Clone, Default)]
pub(crate) struct Control(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    titles: Vec<String>,
    gate: Option<Gate>,
}

struct Gate {
    begun: Sender<()>,
    opened: Receiver<()>,
}

/// Holds the classifier up in its next call, until it is dropped.
pub(crate) struct Gatekeeper {
    begun: Receiver<()>,
    _closed: Sender<()>,
}

impl Gatekeeper {
    pub(crate) async fn wait_until_computing(self) -> Self {
        tokio::task::spawn_blocking(move || {
            self.begun.recv().unwrap();
            self
        })
        .await
        .unwrap()
    }
}

impl Control {
    pub(crate) fn gate(&self) -> Gatekeeper {
        let (begun_sender, begun) = channel();
        let (closed, opened) = channel();
        self.0.lock().unwrap().gate = Some(Gate { begun: begun_sender, opened });
        Gatekeeper { begun, _closed: closed }
    }

    /// The titles of the films that were computed.
    pub(crate) fn titles(&self) -> Vec<String> {
        self.0.lock().unwrap().titles.clone()
    }

    pub(crate) fn loader(&self) -> Loader {
        let control = self.clone();
        Loader::new(move |artifact| {
            let text = artifact.read("stub.json")?;
            let settings: serde_json::Value = serde_json::from_slice(&text)?;
            let is_broken = settings["is_broken"] == true;
            let control = control.clone();
            let build: Build = Box::new(move || Ok(Box::new(Stub { control: control.clone(), is_broken })));
            Ok(build)
        })
    }
}

struct Stub {
    control: Control,
    is_broken: bool,
}

impl Classifier for Stub {
    fn assess(&mut self, films: &[ContentQuery]) -> Result<Vec<Assessment>, ModelError> {
        let gate = {
            let mut state = self.control.0.lock().unwrap();
            state.titles.extend(films.iter().map(|query| query.film.title.clone()));
            state.gate.take()
        };
        if let Some(gate) = gate {
            gate.begun.send(()).unwrap();
            gate.opened.recv().unwrap_err();
        }
        let contains = |word| films.iter().any(|query| query.film.description.contains(word));
        assert!(!contains(PANICS), "the stub was told to");
        if contains(FAILS) {
            return Err("no trees".into());
        }
        Ok(films.iter().map(|query| self.assess_one(query)).collect())
    }
}

impl Stub {
    fn assess_one(&self, query: &ContentQuery) -> Assessment {
        let categories = PerCategory::from_fn(|category| {
            let level = level(category, &query.film.description);
            let probability = if self.is_broken { 7.0 } else { 0.75 };
            let share = |of| if of == level { probability } else { 0.125 };
            CategoryAssessment {
                reading: Reading {
                    level,
                    probability,
                    none: share(Level::SinContenido),
                    moderate: share(Level::Moderado),
                    high: share(Level::Alto),
                },
                is_uncertain: query.film.description.split_whitespace().count() <= 3,
                explanation: query.explain.then(|| explanation(query)),
            }
        });
        Assessment { categories }
    }
}

/// The first word says it of violence, "drugs" of drugs.
fn level(category: Category, description: &str) -> Level {
    match category {
        Category::Violencia if description.contains("war") => Level::Alto,
        Category::Violencia if description.contains("fight") => Level::Moderado,
        Category::Drogas if description.contains("drugs") => Level::Alto,
        _ => Level::SinContenido,
    }
}

fn explanation(query: &ContentQuery) -> Explanation {
    let film = &query.film;
    let mut contributions = Vec::new();
    let mut add = |source, value| contributions.push(Contribution { source, value });
    add(Source::Word(film.title.clone()), 1.5);
    for genre in &film.genres {
        add(Source::Genre(genre.clone()), 0.5);
    }
    if let Some(certificate) = &film.certificate {
        add(Source::Certificate(certificate.clone()), -0.25);
    }
    for keyword in &film.keywords {
        add(Source::Keyword(keyword.clone()), 0.25);
    }
    if let Some(year) = film.year {
        add(Source::Year(year), 0.125);
    }
    let sum: f64 = contributions.iter().map(|contribution| contribution.value).sum();
    Explanation { base: -2.0, raw: sum - 2.0, contributions }
}

/// Returns the version.
pub(crate) fn publish(folder: &Path) -> String {
    publish_as(folder, KIND, false)
}

/// One that can be loaded, and fails its checks.
pub(crate) fn publish_broken(folder: &Path) -> String {
    publish_as(folder, KIND, true)
}

pub(crate) fn publish_as(folder: &Path, kind: &str, is_broken: bool) -> String {
    let draft = Draft::new(folder).unwrap();
    draft.write("stub.json", json!({"is_broken": is_broken}).to_string().as_bytes()).unwrap();
    let description = Description {
        kind: kind.to_owned(),
        name: "movielens-sensitivity-classifier".to_owned(),
        created_at: Utc::now(),
        program_version: "0.1.0".to_owned(),
        hyper_parameters: json!({}),
        vocabulary: VocabularyRecord { items: 0, sha256: String::new() },
        data: DataRecord { name: "demo".to_owned(), fingerprint: String::new() },
        metrics: Metrics::new(),
    };
    draft.publish(description).unwrap().version
}
