use crate::classification::{Classification, GradedModel, GradingReport, QuestionModel, QuestionReport};
use crate::rating::{Figure, Spread};
use crate::table::{Row, Table};

/// How the figures came about.
pub(super) fn summary(report: &Classification) -> String {
    let resampling = report.settings.resampling;
    let bins = report.settings.bins;
    let counts = format!(
        "every film judged by models that had not seen it; calibration errors over {bins} bins of equally many films"
    );
    if resampling.resamples == 0 {
        return counts;
    }
    let percent = resampling.confidence * 100.0;
    format!(
        "{counts}; in brackets the {percent}% confidence intervals from {} resamples of the films",
        resampling.resamples
    )
}

pub(super) fn tables(report: &Classification) -> Vec<Table> {
    let questions = report.questions.iter().map(of_question);
    questions.chain(report.gradings.iter().map(of_grading)).collect()
}

/// The column that a single dealing of the folds does without.
const BY_DEALING: usize = 2;

fn of_question(question: &QuestionReport) -> Table {
    let QuestionReport { name, films, rows, positives, .. } = question;
    let share = *positives as f64 / *rows as f64 * 100.0;
    let row = |model: &QuestionModel| Row {
        name: model.name.clone(),
        cells: vec![
            cell(model.roc_auc.as_ref(), false),
            spread(model.roc_auc_by_fold.as_ref()),
            spread(model.roc_auc_by_repeat.as_ref()),
            cell(model.first_is_ahead_by.as_ref(), true),
            cell(model.average_precision.as_ref(), false),
            cell(model.calibration_error.as_ref(), false),
            cell(model.brier_score.as_ref(), false),
        ],
    };
    let first = question.models.first().map_or("", |model| model.name.as_str());
    let columns = [
        "ROC-AUC",
        "by fold",
        "by dealing",
        &format!("{first} is ahead by"),
        "average precision",
        "calibration error",
        "Brier score",
    ];
    let mut table = Table {
        heading: format!("{name} ({films} films, {share:.0}% yes)"),
        columns: columns.iter().map(|column| (*column).to_owned()).collect(),
        rows: question.models.iter().map(row).collect(),
    };
    if question.models.iter().all(|model| model.roc_auc_by_repeat.is_none()) {
        table.columns.remove(BY_DEALING);
        table.rows.iter_mut().for_each(|row| drop(row.cells.remove(BY_DEALING)));
    }
    table
}

fn of_grading(grading: &GradingReport) -> Table {
    let row = |model: &GradedModel| Row {
        name: model.name.clone(),
        cells: vec![
            cell(model.macro_f1.as_ref(), false),
            cell(model.weighted_f1.as_ref(), false),
            cell(model.accuracy.as_ref(), false),
            cell(model.mean_distance.as_ref(), false),
        ],
    };
    let support = grading.levels.iter().zip(&grading.support);
    let support: Vec<String> = support.map(|(level, count)| format!("{count} {level}")).collect();
    Table {
        heading: format!("{} ({})", grading.name, support.join(", ")),
        columns: ["macro F1", "weighted F1", "accuracy", "levels apart"].map(str::to_owned).to_vec(),
        rows: grading.models.iter().map(row).collect(),
    }
}

fn cell(figure: Option<&Figure>, is_difference: bool) -> String {
    let Some(figure) = figure else { return String::new() };
    let number = |value: f64| if is_difference { format!("{value:+.3}") } else { format!("{value:.3}") };
    let value = number(figure.value);
    match figure.interval {
        Some(interval) => format!("{value} [{}, {}]", number(interval.low), number(interval.high)),
        None => value,
    }
}

fn spread(spread: Option<&Spread>) -> String {
    match spread {
        None => String::new(),
        Some(Spread { mean, deviation: Some(deviation), .. }) => format!("{mean:.3} ± {deviation:.3}"),
        Some(Spread { mean, .. }) => format!("{mean:.3}"),
    }
}

pub(super) fn explanations(report: &Classification) -> Vec<(String, String)> {
    let of_questions = [
        (
            "ROC-AUC",
            "of a film for which the answer is yes and one for which it is no, how often the first has the higher probability; .5 is what guessing comes to. A model with scores that can be compared between folds is ranked over all films, a yardstick within each fold",
        ),
        (
            "by fold",
            "the mean of the ROC-AUC within each fold, and the standard deviation of the folds; without ±, there was one",
        ),
        (
            "by dealing",
            "the mean and the standard deviation over several dealings of the folds, where there are several. The ROC-AUC first named is the mean of these",
        ),
        (
            "is ahead by",
            "how much higher the ROC-AUC of the first model is when both are ranked within each fold, on the same resamples of the films: above zero with all of its interval, the first is better",
        ),
        (
            "Average precision",
            "the mean, over the films with yes, of the share of yes among all films of the fold placed as high, on the mean of the folds; of every model alike",
        ),
        (
            "Calibration error",
            "how far the mean probability of a bin is from its share of yes, on the mean. Chance alone adds to it, in resamples more than in the films themselves: the interval makes up for that, and may end below the figure",
        ),
        ("Brier score", "the mean squared distance of the probability from the truth"),
    ];
    let of_gradings = [
        ("Macro F1", "the mean of the F1 of the levels, each counting the same"),
        ("Weighted F1", "the mean of the F1 of the levels, each counting as often as it is true"),
        ("Accuracy", "the share of films whose level is right"),
        ("Levels apart", "how many levels lie between answer and truth, on the mean"),
    ];
    let questions = of_questions.iter().filter(|_| !report.questions.is_empty());
    let gradings = of_gradings.iter().filter(|_| !report.gradings.is_empty());
    questions.chain(gradings).map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}
