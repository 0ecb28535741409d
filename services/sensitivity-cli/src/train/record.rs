use std::path::Path;

use chrono::Utc;
use filmlens_datasets::sensitivity::LabelledFilms;
use filmlens_domain::Category;
use filmlens_evaluation::classification::MultiLabel;
use filmlens_program::tracked;
use filmlens_sensitivity::{Algorithm, Form, NAME, Settings, TrainingSummary};
use filmlens_text_features::SpaceSettings;
use filmlens_tracking::Tracking;

use crate::examination::Examination;

/// The version of what is answered, as the older system counts it.
const VERSION: &str = "1.0.0";

/// The alias of the version that a service answers with, and the status of its training.
pub(crate) const PRODUCTION: &str = "production";

/// The record of a training, under the names of the form's older system.
pub(super) struct Record {
    record: tracked::Record,
    form: Form,
}

/// The name under which the models of a form are registered.
pub(crate) fn registered_name(form: Form) -> &'static str {
    match form {
        Form::Levels => NAME,
        Form::Triggers => "filmlens",
    }
}

impl Record {
    pub(super) fn start(
        tracking: Tracking,
        settings: &Settings,
        films: &LabelledFilms,
    ) -> anyhow::Result<Self> {
        let (experiment, run) = match settings.form {
            Form::Levels => {
                let time = Utc::now().format("%Y%m%d_%H%M%S");
                ("movielens-sensitivity", format!("movielens_v{VERSION}_{time}"))
            }
            Form::Triggers => ("multilabel_triggers", format!("{}_training", settings.algorithm)),
        };
        let record = tracked::Record::start(tracking, experiment, &run)?;
        record.settings(settings, &[]);
        let mut params = text_params(&settings.text);
        params.extend([
            ("data.name".to_owned(), films.name.clone()),
            ("data.fingerprint".to_owned(), films.fingerprint.clone()),
            ("data.films".to_owned(), films.films.len().to_string()),
            ("data.judged".to_owned(), films.judged().to_string()),
            ("random_state".to_owned(), settings.seed.to_string()),
        ]);
        params.extend(model_params(settings));
        if settings.form == Form::Levels {
            let further = [
                ("version", VERSION.to_owned()),
                ("sbert_model", "none".to_owned()),
                ("use_sbert", false.to_string()),
                ("n_categories", Category::ALL.len().to_string()),
                ("n_classes_per_category", "3".to_owned()),
            ];
            params.extend(further.map(|(name, value)| (name.to_owned(), value)));
            record.tags(&[
                ("model_type", "multi-output-multiclass".to_owned()),
                ("framework", framework(settings.algorithm).to_owned()),
                ("version", VERSION.to_owned()),
                ("algorithm", settings.algorithm.to_string()),
                ("categories", Category::ALL.map(Category::as_str).join(",")),
                ("status", "training".to_owned()),
            ]);
        }
        let params: Vec<(&str, String)> =
            params.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        record.params(&params);
        Ok(Self { record, form: settings.form })
    }

    pub(super) fn training(&self, summary: &TrainingSummary) {
        match self.form {
            Form::Levels => self.record.params(&[
                ("n_train", summary.films.to_string()),
                ("n_features", summary.features.to_string()),
            ]),
            Form::Triggers => {
                let films = summary.films as f64;
                self.record.metrics(0, [("total_samples", films), ("train_size", films)]);
            }
        }
    }

    pub(super) fn examination(&self, examination: &Examination) {
        let tested = examination.validation.films.len();
        self.record.metrics(0, figures(examination));
        match self.form {
            Form::Levels => {
                let share = 1.0 / examination.validation.folds as f64;
                self.record.params(&[("n_test", tested.to_string()), ("test_size", share.to_string())]);
                self.record.metrics(0, of_levels(examination));
            }
            Form::Triggers => {
                self.record.metrics(0, [("test_size", tested as f64)]);
                self.record.metrics(0, examination.labels.iter().flat_map(of_labels));
            }
        }
    }

    pub(super) fn version(&self, version: &str, is_in_production: bool) {
        self.record.params(&[("model.version", version.to_owned())]);
        if self.form == Form::Levels {
            let status = if is_in_production { PRODUCTION } else { "trained" };
            self.record.tags(&[("status", status.to_owned())]);
        }
    }

    pub(super) fn finish(self, out: &Path, is_in_production: bool) {
        const NEWEST: &str = "latest-trained";
        let aliases: &[&str] = if is_in_production { &[NEWEST, PRODUCTION] } else { &[NEWEST] };
        self.record.finish_with_model_as(out, registered_name(self.form), aliases);
    }

    pub(super) fn interrupted(self) {
        self.record.interrupted();
    }

    pub(super) fn failed(self) {
        self.record.failed();
    }
}

/// What learns: the linear judges are our own.
fn framework(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::LightGbm | Algorithm::RandomForest => "lightgbm",
        Algorithm::LogisticRegression => "filmlens",
    }
}

fn text_params(text: &SpaceSettings) -> Vec<(String, String)> {
    let mut params = Vec::new();
    for (kind, sequences) in [("word", &text.words), ("char", &text.characters)] {
        let Some(sequences) = sequences else { continue };
        let range = format!("({}, {})", sequences.min_length, sequences.max_length);
        let named = [
            ("max_features", sequences.max_features.to_string()),
            ("ngram_range", range),
            ("min_df", sequences.min_films.to_string()),
            ("max_df", sequences.max_share.to_string()),
        ];
        params.extend(named.map(|(name, value)| (format!("tfidf_{kind}_{name}"), value)));
    }
    params
}

/// `model_*` where the older system names them so, else by algorithm.
fn model_params(settings: &Settings) -> Vec<(String, String)> {
    let all = serde_json::to_value(settings).expect("settings have a JSON form");
    let algorithm = settings.algorithm.as_str();
    let prefix = if settings.form == Form::Triggers { "model" } else { algorithm };
    let of_algorithm = all[algorithm].as_object().cloned().unwrap_or_default();
    of_algorithm.into_iter().map(|(name, value)| (format!("{prefix}_{name}"), value.to_string())).collect()
}

/// ROC-AUC, average precision, calibration error and Brier score of each question, and F1 of each category.
fn figures(examination: &Examination) -> Vec<(String, f64)> {
    let mut figures = Vec::new();
    for (group, metrics) in examination.metrics() {
        let filmlens_artifacts::Metric::Group(metrics) = metrics else { continue };
        for (name, metric) in metrics {
            if let filmlens_artifacts::Metric::Number(value) = metric {
                figures.push((format!("{group}.{name}").replace(">=", "_at_least_"), value));
            }
        }
    }
    figures
}

fn of_levels(examination: &Examination) -> Vec<(String, f64)> {
    let mut metrics = Vec::new();
    let mut areas = Vec::new();
    for grading in &examination.report.gradings {
        let Some(model) = grading.models.first() else { continue };
        let named = [
            ("macro_f1", model.macro_f1),
            ("weighted_f1", model.weighted_f1),
            // Of one true level and one answer, the F1 over the levels of a film is 1 or 0.
            ("samples_avg_f1", model.accuracy),
        ];
        for (name, figure) in named {
            metrics.extend(figure.map(|figure| (format!("{}_nivel_{name}", grading.name), figure.value)));
        }
        let category = Category::ALL.into_iter().find(|category| category.as_str() == grading.name);
        if let Some(area) = category.and_then(|category| examination.level_auc(category)) {
            metrics.push((format!("{}_nivel_mcauc", grading.name), area));
            areas.push(area);
        }
    }
    metrics.push(("categories_evaluated".to_owned(), areas.len() as f64));
    if !areas.is_empty() {
        metrics.push(("avg_mcauc".to_owned(), areas.iter().sum::<f64>() / areas.len() as f64));
    }
    metrics
}

fn of_labels(labels: &MultiLabel) -> Vec<(String, f64)> {
    let whole = [
        ("hamming_loss", labels.hamming_loss),
        ("subset_accuracy", labels.subset_accuracy),
        ("f1_macro", labels.f1_macro),
        ("f1_micro", labels.f1_micro),
        ("f1_weighted", labels.f1_weighted),
        ("precision_macro", labels.precision_macro),
        ("precision_micro", labels.precision_micro),
        ("recall_macro", labels.recall_macro),
        ("recall_micro", labels.recall_micro),
    ];
    let mut metrics: Vec<(String, f64)> = whole.map(|(name, value)| (name.to_owned(), value)).to_vec();
    for label in &labels.labels {
        let figures = [("f1", label.f1), ("precision", label.precision), ("recall", label.recall)];
        metrics.extend(figures.map(|(name, value)| (format!("{name}_{}", label.name), value)));
    }
    metrics
}
