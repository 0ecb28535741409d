use filmlens_charts::{Axis, Bar, BarChart, BarSeries, Chart, Cloud, Picture, ScatterChart};

use crate::rating::tables::{summary, title};
use crate::rating::{CrossValidation, Difference, RatedModel, Spread};

pub(super) fn picture(report: &CrossValidation) -> Picture {
    let mut charts = vec![Chart::Bars(errors(report))];
    if !report.differences.is_empty() {
        charts.push(Chart::Bars(differences(report)));
    }
    charts.push(Chart::Scatter(accuracy_and_time(report)));
    charts.push(Chart::Bars(times(report)));
    Picture { title: title(report), description: description(report), charts }
}

fn description(report: &CrossValidation) -> String {
    let mut models: Vec<&RatedModel> = report.models.iter().collect();
    models.sort_by(|one, other| one.rmse.mean.total_cmp(&other.rmse.mean));
    let figures: Vec<String> =
        models.iter().map(|model| format!("{} {:.4}", model.name, model.rmse.mean)).collect();
    format!("Mean RMSE, the best first: {}. {}.", figures.join(", "), summary(report))
}

fn errors(report: &CrossValidation) -> BarChart {
    let bars = |part: fn(&RatedModel) -> &Spread| {
        report.models.iter().map(|model| Some(with_range(part(model)))).collect()
    };
    BarChart {
        title: "Errors, mean and range of the folds".to_owned(),
        y: Axis::linear("stars"),
        groups: names(report),
        series: vec![
            BarSeries { name: "RMSE".to_owned(), bars: bars(|model| &model.rmse) },
            BarSeries { name: "MAE".to_owned(), bars: bars(|model| &model.mae) },
        ],
    }
}

fn differences(report: &CrossValidation) -> BarChart {
    let baseline = report.baseline.as_deref().unwrap_or_default();
    let bar = |difference: &Difference| {
        let figure = difference.overall.rmse;
        let whisker = figure.interval.map(|interval| (interval.low, interval.high));
        Some(Bar { value: figure.value, whisker })
    };
    BarChart {
        title: format!("RMSE less that of {baseline}: below zero is better"),
        y: Axis::linear("stars"),
        groups: report.differences.iter().map(|difference| difference.model.clone()).collect(),
        series: vec![BarSeries { name: String::new(), bars: report.differences.iter().map(bar).collect() }],
    }
}

/// As many as there are colours to tell them apart.
const MOST_CLOUDS: usize = 7;

/// A logarithmic axis has no place for a time too short to be measured.
const SHORTEST: f64 = 1e-6;

/// Every fold a point.
fn accuracy_and_time(report: &CrossValidation) -> ScatterChart {
    let mut models: Vec<&RatedModel> = report.models.iter().collect();
    let mut title = "RMSE and training time of each fold".to_owned();
    if models.len() > MOST_CLOUDS {
        models.sort_by(|one, other| one.rmse.mean.total_cmp(&other.rmse.mean));
        models.truncate(MOST_CLOUDS);
        title.push_str(", the seven best models");
    }
    let cloud = |model: &RatedModel| Cloud {
        name: model.name.clone(),
        points: model.folds.iter().map(|fold| (fold.training_seconds.max(SHORTEST), fold.rmse)).collect(),
    };
    ScatterChart {
        title,
        x: Axis::logarithmic("training, seconds"),
        y: Axis::linear("RMSE"),
        clouds: models.into_iter().map(cloud).collect(),
    }
}

fn times(report: &CrossValidation) -> BarChart {
    let bars = |part: fn(&RatedModel) -> &Spread| {
        report.models.iter().map(|model| Some(with_range(part(model)))).collect()
    };
    BarChart {
        title: "Time for one fold, mean and range of the folds".to_owned(),
        y: Axis::linear("seconds"),
        groups: names(report),
        series: vec![
            BarSeries { name: "training".to_owned(), bars: bars(|model| &model.training_seconds) },
            BarSeries { name: "prediction".to_owned(), bars: bars(|model| &model.prediction_seconds) },
        ],
    }
}

fn names(report: &CrossValidation) -> Vec<String> {
    report.models.iter().map(|model| model.name.clone()).collect()
}

fn with_range(spread: &Spread) -> Bar {
    let whisker = spread.deviation.map(|_| (spread.lowest, spread.highest));
    Bar { value: spread.mean, whisker }
}
