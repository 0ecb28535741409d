use filmlens_charts::{Axis, Chart, Line, LineChart, MatrixChart, Picture};

use crate::classification::{Classification, GradedModel, GradingReport, QuestionModel, QuestionReport};

/// More lines could not be told apart.
const MOST_MODELS: usize = 6;

pub(super) fn picture(report: &Classification) -> Picture {
    let questions = report.questions.iter().flat_map(of_question);
    Picture {
        title: "Classification".to_owned(),
        description:
            "Precision, recall and calibration of each question, and the confusion of each category."
                .to_owned(),
        charts: questions.chain(report.gradings.iter().flat_map(of_grading)).collect(),
    }
}

pub(super) fn of_question(question: &QuestionReport) -> Vec<Chart> {
    vec![Chart::Lines(precision_recall(question)), Chart::Lines(reliability(question))]
}

fn precision_recall(question: &QuestionReport) -> LineChart {
    let line = |model: &QuestionModel| Line {
        name: model.name.clone(),
        points: model.precision_recall.clone(),
        marked: None,
    };
    let share = question.positives as f64 / question.rows as f64;
    let guessing =
        Line { name: "guessing".to_owned(), points: vec![(0.0, share), (1.0, share)], marked: None };
    let models = question.models.iter().take(MOST_MODELS).map(line);
    LineChart {
        title: format!("{}: precision and recall", question.name),
        x: Axis::linear("recall"),
        y: Axis::linear("precision"),
        lines: models.chain([guessing]).collect(),
    }
}

fn reliability(question: &QuestionReport) -> LineChart {
    let line = |model: &QuestionModel| Line {
        name: model.name.clone(),
        points: model.reliability.iter().map(|bin| (bin.mean_probability, bin.share_true)).collect(),
        marked: None,
    };
    let right = Line { name: "right".to_owned(), points: vec![(0.0, 0.0), (1.0, 1.0)], marked: None };
    let models = question.models.iter().take(MOST_MODELS).map(line);
    LineChart {
        title: format!("{}: how often it is so, by probability", question.name),
        x: Axis::linear("probability"),
        y: Axis::linear("share of yes"),
        lines: models.chain([right]).collect(),
    }
}

/// Of the first model.
pub(super) fn of_grading(grading: &GradingReport) -> Option<Chart> {
    let model: &GradedModel = grading.models.first()?;
    Some(Chart::Matrix(MatrixChart {
        title: format!("{}: true levels and those of {}", grading.name, model.name),
        row_label: "true level".to_owned(),
        column_label: "answered level".to_owned(),
        rows: grading.levels.clone(),
        columns: grading.levels.clone(),
        values: model.confusion.counts.clone(),
    }))
}
