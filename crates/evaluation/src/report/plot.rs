use filmlens_charts::{Axis, Bar, BarChart, BarSeries, Chart, Picture};

use crate::ranking::{Estimate, Metric};
use crate::report::Comparison;
use crate::report::table::summary;

pub(super) fn picture(comparison: &Comparison) -> Picture {
    let names: Vec<&str> = comparison.models.iter().map(|model| model.name.as_str()).collect();
    let metrics: Vec<Metric> =
        comparison.shared().overall.metrics.iter().map(|(metric, _)| *metric).collect();
    let accuracy: Vec<Metric> = metrics.iter().copied().filter(|metric| metric.is_accuracy()).collect();
    let shares = metrics
        .iter()
        .copied()
        .filter(|metric| matches!(metric, Metric::Coverage { .. } | Metric::GenreDiversity { .. }));
    let by_history =
        accuracy.iter().find(|metric| matches!(metric, Metric::Ndcg { .. })).or(accuracy.first());

    let mut charts = Vec::new();
    if !accuracy.is_empty() {
        charts.push(of_metrics(comparison, "Accuracy", &accuracy));
    }
    charts.extend(by_history.map(|metric| of_slices(comparison, *metric)));
    charts.push(of_metrics(comparison, "Variety", &shares.collect::<Vec<_>>()));
    Picture {
        title: format!("Evaluation of {}", names.join(", ")),
        description: format!("Bars for each model: {}.", summary(comparison)),
        charts: charts.into_iter().map(Chart::Bars).collect(),
    }
}

fn of_metrics(comparison: &Comparison, title: &str, metrics: &[Metric]) -> BarChart {
    let series = comparison.models.iter().map(|model| BarSeries {
        name: model.name.clone(),
        bars: metrics.iter().map(|metric| model.evaluation.overall.get(*metric).map(bar)).collect(),
    });
    BarChart {
        title: title.to_owned(),
        y: Axis::default(),
        groups: metrics.iter().map(|metric| metric.label()).collect(),
        series: series.collect(),
    }
}

fn of_slices(comparison: &Comparison, metric: Metric) -> BarChart {
    let series = comparison.models.iter().map(|model| BarSeries {
        name: model.name.clone(),
        bars: model.evaluation.slices().map(|slice| slice.get(metric).map(bar)).collect(),
    });
    let groups = comparison.shared().slices().map(|slice| {
        let (shortest, longest) = (slice.shortest_history, slice.longest_history);
        format!("{}: {shortest} to {longest} items", slice.name)
    });
    BarChart {
        title: format!("{} by length of history", metric.label()),
        y: Axis::linear(metric.label()),
        groups: groups.collect(),
        series: series.collect(),
    }
}

fn bar(estimate: &Estimate) -> Bar {
    Bar { value: estimate.value, whisker: estimate.interval.map(|interval| (interval.low, interval.high)) }
}
