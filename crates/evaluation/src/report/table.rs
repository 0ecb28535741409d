use crate::ranking::{Estimate, Metric, Settings, Slice};
use crate::report::Comparison;
use crate::table::{Row, Table};

/// How the figures came about.
pub(super) fn summary(comparison: &Comparison) -> String {
    let shared = comparison.shared();
    let Settings { resamples, confidence, .. } = shared.settings;
    let counts = format!(
        "{} cases of {} users, ranked among {} items",
        shared.overall.cases, shared.overall.users, shared.item_count
    );
    if resamples == 0 {
        return counts;
    }
    let percent = confidence * 100.0;
    format!(
        "{counts}; in brackets the {percent}% confidence intervals from {resamples} resamples of the users"
    )
}

/// Metrics in rows, models or groups of cases in columns.
pub(super) fn tables(comparison: &Comparison) -> Vec<Table> {
    if let [model] = comparison.models.as_slice() {
        let slices: Vec<&Slice> = model.evaluation.slices().collect();
        let columns = slices.iter().map(|slice| format!("{} {}", slice.name, extent(slice))).collect();
        return vec![Table { heading: model.name.clone(), columns, rows: rows(&slices) }];
    }
    let mut tables = vec![of_slice(comparison, 0, "All cases".to_owned())];
    tables.extend(differences(comparison, "all"));
    for (index, slice) in comparison.shared().slices().enumerate().skip(1) {
        let heading = format!("{} histories {}", capitalised(slice.name), extent(slice));
        tables.push(of_slice(comparison, index, heading));
        tables.extend(differences(comparison, slice.name));
    }
    tables
}

fn of_slice(comparison: &Comparison, index: usize, heading: String) -> Table {
    let slices = comparison.models.iter().filter_map(|model| model.evaluation.slices().nth(index));
    let columns = comparison.models.iter().map(|model| model.name.clone()).collect();
    Table { heading, columns, rows: rows(&slices.collect::<Vec<_>>()) }
}

fn differences(comparison: &Comparison, slice: &str) -> Option<Table> {
    let baseline = comparison.baseline.as_ref()?;
    let differences: Vec<_> =
        comparison.differences.iter().filter(|difference| difference.slice == slice).collect();
    let metrics = union(differences.iter().map(|difference| difference.metrics.as_slice()));
    let row = |metric: &Metric| {
        let cell = |metrics: &[(Metric, Estimate)]| {
            let (_, estimate) = metrics.iter().find(|(candidate, _)| candidate == metric)?;
            Some(figure(*metric, estimate, true))
        };
        let cells = differences.iter().map(|difference| cell(&difference.metrics).unwrap_or_default());
        Row { name: metric.label(), cells: cells.collect() }
    };
    Some(Table {
        heading: format!("Ahead of {baseline}"),
        columns: differences.iter().map(|difference| difference.model.clone()).collect(),
        rows: metrics.iter().map(row).collect(),
    })
}

fn rows(slices: &[&Slice]) -> Vec<Row> {
    let metrics = union(slices.iter().map(|slice| slice.metrics.as_slice()));
    let cell = |slice: &Slice, metric: Metric| {
        let Some(estimate) = slice.get(metric) else { return String::new() };
        let figure = figure(metric, estimate, false);
        match metric {
            Metric::Coverage { .. } => format!("{figure} ({} items)", slice.distinct_items),
            _ => figure,
        }
    };
    let row = |metric: &Metric| Row {
        name: metric.label(),
        cells: slices.iter().map(|slice| cell(slice, *metric)).collect(),
    };
    metrics.iter().map(row).collect()
}

/// Every metric that anyone has, in the order of reports.
fn union<'a>(of: impl Iterator<Item = &'a [(Metric, Estimate)]>) -> Vec<Metric> {
    let mut metrics: Vec<Metric> = of.flatten().map(|(metric, _)| *metric).collect();
    metrics.sort_unstable();
    metrics.dedup();
    metrics
}

fn figure(metric: Metric, estimate: &Estimate, is_difference: bool) -> String {
    let decimals = match metric {
        Metric::Novelty { .. } => 3,
        Metric::ReleaseYear { .. } | Metric::MedianReleaseYear { .. } | Metric::Age { .. } => 1,
        _ => 4,
    };
    let number = |value: f64| {
        if is_difference { format!("{value:+.decimals$}") } else { format!("{value:.decimals$}") }
    };
    let value = number(estimate.value);
    match estimate.interval {
        Some(interval) => format!("{value} [{}, {}]", number(interval.low), number(interval.high)),
        None => value,
    }
}

fn extent(slice: &Slice) -> String {
    let Slice { cases, shortest_history, longest_history, .. } = slice;
    format!("({shortest_history} to {longest_history} items, {cases} cases)")
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}
