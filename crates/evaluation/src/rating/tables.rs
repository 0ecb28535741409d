use crate::rating::{CrossValidation, Difference, Figure, RatedModel, Spread};
use crate::table::{Row, Table};

pub(super) fn title(report: &CrossValidation) -> String {
    let names: Vec<&str> = report.models.iter().map(|model| model.name.as_str()).collect();
    format!("Rating prediction of {}", names.join(", "))
}

/// How the figures came about.
pub(super) fn summary(report: &CrossValidation) -> String {
    let CrossValidation { folds, ratings, users, scale, resampling, .. } = report;
    let (lowest, highest) = (scale.lowest(), scale.highest());
    let counts =
        format!("{ratings} ratings of {users} users, predictions clipped to {lowest} to {highest} stars");
    let counts = match folds {
        1 => format!("{counts}, one fixed split"),
        _ => format!("{counts}, {folds} folds; behind ± the standard deviation of the folds"),
    };
    if resampling.resamples == 0 {
        return counts;
    }
    let percent = resampling.confidence * 100.0;
    format!(
        "{counts}; in brackets the {percent}% confidence intervals from {} resamples of the users",
        resampling.resamples
    )
}

/// Models in rows.
pub(super) fn tables(report: &CrossValidation) -> Vec<Table> {
    let mut tables = vec![of_models(report)];
    if report.folds > 1 {
        tables.push(of_folds(report));
    }
    tables.push(of_all_ratings(report));
    tables.extend(of_differences(report));
    tables
}

fn of_models(report: &CrossValidation) -> Table {
    let row = |model: &RatedModel| Row {
        name: model.name.clone(),
        cells: vec![
            plus_minus(&model.rmse),
            plus_minus(&model.mae),
            seconds(model.training_seconds.mean),
            seconds(model.prediction_seconds.mean),
        ],
    };
    let heading = if report.folds > 1 { "Mean of the folds" } else { "The split" };
    table(heading, &["RMSE", "MAE", "Training", "Prediction"], report.models.iter().map(row))
}

fn of_folds(report: &CrossValidation) -> Table {
    let row = |model: &RatedModel| Row {
        name: model.name.clone(),
        cells: model.folds.iter().map(|fold| format!("{:.4}", fold.rmse)).collect(),
    };
    Table {
        heading: "RMSE by fold".to_owned(),
        columns: (1..=report.folds).map(|fold| format!("fold {fold}")).collect(),
        rows: report.models.iter().map(row).collect(),
    }
}

fn of_all_ratings(report: &CrossValidation) -> Table {
    let row = |model: &RatedModel| Row {
        name: model.name.clone(),
        cells: vec![figure(&model.overall.rmse, false), figure(&model.overall.mae, false)],
    };
    table("All ratings together", &["RMSE", "MAE"], report.models.iter().map(row))
}

fn of_differences(report: &CrossValidation) -> Option<Table> {
    let baseline = report.baseline.as_ref()?;
    let row = |difference: &Difference| Row {
        name: difference.model.clone(),
        cells: vec![
            signed_plus_minus(&difference.rmse),
            format!("{} of {}", difference.better_folds, report.folds),
            figure(&difference.overall.rmse, true),
            signed_plus_minus(&difference.mae),
        ],
    };
    let columns = ["RMSE, mean of the folds", "better folds", "RMSE, all ratings together", "MAE"];
    let heading = format!("Errors less those of {baseline}");
    Some(table(&heading, &columns, report.differences.iter().map(row)))
}

fn table(heading: &str, columns: &[&str], rows: impl Iterator<Item = Row>) -> Table {
    let columns = columns.iter().map(|name| (*name).to_owned()).collect();
    Table { heading: heading.to_owned(), columns, rows: rows.collect() }
}

fn plus_minus(spread: &Spread) -> String {
    match spread.deviation {
        Some(deviation) => format!("{:.4} ± {deviation:.4}", spread.mean),
        None => format!("{:.4}", spread.mean),
    }
}

fn signed_plus_minus(spread: &Spread) -> String {
    match spread.deviation {
        Some(deviation) => format!("{:+.4} ± {deviation:.4}", spread.mean),
        None => format!("{:+.4}", spread.mean),
    }
}

fn figure(figure: &Figure, is_difference: bool) -> String {
    let number = |value: f64| if is_difference { format!("{value:+.4}") } else { format!("{value:.4}") };
    let value = number(figure.value);
    match figure.interval {
        Some(interval) => format!("{value} [{}, {}]", number(interval.low), number(interval.high)),
        None => value,
    }
}

fn seconds(seconds: f64) -> String {
    match seconds {
        seconds if seconds < 0.01 => format!("{:.2} ms", seconds * 1_000.0),
        seconds if seconds < 1.0 => format!("{:.0} ms", seconds * 1_000.0),
        seconds if seconds < 100.0 => format!("{seconds:.2} s"),
        seconds => format!("{seconds:.0} s"),
    }
}

pub(super) fn explanations(report: &CrossValidation) -> Vec<(String, String)> {
    let mut explanations = vec![
        ("RMSE", "the root of the mean squared error, in stars: large errors count more"),
        ("MAE", "the mean absolute error, in stars"),
    ];
    if report.folds > 1 {
        explanations.extend([
            (
                "Behind ±",
                "the sample standard deviation over the folds. It says how much a figure depends on the fold, not how sure the mean is: the folds share most of their training data",
            ),
            ("All ratings together", "one figure over the ratings of all folds, each rating counting the same"),
        ]);
    }
    if report.baseline.is_some() {
        explanations.push((
            "Errors less those of the baseline",
            "below zero the model is better; taken fold by fold and resample by resample, so that what is hard for both cancels out",
        ));
    }
    explanations.extend([
        ("Training", "the time to fit one fold, on the mean"),
        ("Prediction", "the time to predict all ratings of one fold, on the mean"),
    ]);
    explanations.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
}
