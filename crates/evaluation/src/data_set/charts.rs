use filmlens_charts::{Axis, Bar, BarChart, BarSeries, Chart, Cloud, Line, LineChart, Picture, ScatterChart};

use crate::data_set::sections::{percent, summary};
use crate::data_set::{CountSummary, DataSetReport, HISTOGRAM_BOUNDS};

pub(super) fn all(report: &DataSetReport) -> Picture {
    let mut pictures = vec![counts(report), long_tail(report), lorenz(report), stars(report)];
    if !report.years.is_empty() {
        pictures.push(years(report));
    }
    pictures.push(popularity_and_stars(report));
    let sentences: Vec<String> =
        pictures.iter().map(|picture| format!("{}: {}", picture.title, picture.description)).collect();
    Picture {
        title: format!("The ratings of {}", report.name),
        description: format!("{}. {}", summary(report), sentences.join(" ")),
        charts: pictures.into_iter().flat_map(|picture| picture.charts).collect(),
    }
}

pub(super) fn counts(report: &DataSetReport) -> Picture {
    let series = |name: &str, summary: &CountSummary, total: usize| BarSeries {
        name: name.to_owned(),
        bars: summary.histogram.iter().map(|count| Some(bar(*count as f64 / total as f64 * 100.0))).collect(),
    };
    let (users, items) = (&report.ratings_per_user, &report.ratings_per_item);
    let chart = BarChart {
        title: "Number of ratings".to_owned(),
        y: Axis::linear("percent of users, of items"),
        groups: histogram_names(),
        series: vec![series("users", users, report.users), series("items", items, report.items)],
    };
    let description = format!(
        "The median user has {} ratings, the median item {}; the most are {} and {}.",
        users.median, items.median, users.most, items.most
    );
    Picture { title: chart.title.clone(), description, charts: vec![Chart::Bars(chart)] }
}

fn histogram_names() -> Vec<String> {
    let ends = HISTOGRAM_BOUNDS[1..].iter().map(|next| Some(next - 1)).chain([None]);
    let name = |(first, last): (&u64, Option<u64>)| match last {
        Some(last) if last == *first => first.to_string(),
        Some(last) => format!("{first}–{last}"),
        None => format!("{first}+"),
    };
    HISTOGRAM_BOUNDS.iter().zip(ends).map(name).collect()
}

pub(super) fn long_tail(report: &DataSetReport) -> Picture {
    let tail = &report.long_tail;
    let points = tail.by_place.iter().map(|(place, ratings)| (*place as f64, *ratings as f64));
    let chart = LineChart {
        title: "Ratings of each item, the most rated first".to_owned(),
        x: Axis::logarithmic("place of the item"),
        y: Axis::logarithmic("ratings"),
        lines: vec![Line { name: String::new(), points: points.collect(), marked: None }],
    };
    let shares: Vec<String> = tail
        .top
        .iter()
        .map(|top| {
            format!("the top {}% of the items hold {} of the ratings", top.percent, percent(top.share))
        })
        .collect();
    let description = format!("A falling curve on logarithmic axes: {}.", shares.join(", "));
    Picture { title: chart.title.clone(), description, charts: vec![Chart::Lines(chart)] }
}

pub(super) fn lorenz(report: &DataSetReport) -> Picture {
    let as_percent = |points: &[(f64, f64)]| points.iter().map(|(x, y)| (x * 100.0, y * 100.0)).collect();
    let line = |name: &str, points: &[(f64, f64)]| Line {
        name: name.to_owned(),
        points: as_percent(points),
        marked: None,
    };
    let chart = LineChart {
        title: "Lorenz curve of the items".to_owned(),
        x: Axis::linear("percent of the items, the least rated first"),
        y: Axis::linear("percent of the ratings"),
        lines: vec![
            line("this data set", &report.long_tail.lorenz),
            line("all items equal", &[(0.0, 0.0), (1.0, 1.0)]),
        ],
    };
    let description =
        format!("A curve below the diagonal; the Gini coefficient is {:.4}.", report.long_tail.gini);
    Picture { title: chart.title.clone(), description, charts: vec![Chart::Lines(chart)] }
}

pub(super) fn stars(report: &DataSetReport) -> Picture {
    let shares: Vec<(f64, f64)> =
        report.stars.iter().map(|count| (count.stars, count.share * 100.0)).collect();
    let words: Vec<String> =
        report.stars.iter().map(|count| format!("{} stars {}", count.stars, percent(count.share))).collect();
    Picture {
        title: "Stars".to_owned(),
        description: format!("{}.", words.join(", ")),
        charts: vec![steps("Stars", "stars", "percent of the ratings", &shares)],
    }
}

pub(super) fn years(report: &DataSetReport) -> Picture {
    let ratings: Vec<(f64, f64)> =
        report.years.iter().map(|count| (count.year as f64, count.ratings as f64)).collect();
    let words: Vec<String> =
        report.years.iter().map(|count| format!("{} in {}", count.ratings, count.year)).collect();
    Picture {
        title: "Ratings by year".to_owned(),
        description: format!("{}.", words.join(", ")),
        charts: vec![steps("Ratings by year", "year", "ratings", &ratings)],
    }
}

pub(super) fn popularity_and_stars(report: &DataSetReport) -> Picture {
    let known = &report.popularity_and_stars;
    let chart = ScatterChart {
        title: "Popularity and mean stars of the items".to_owned(),
        x: Axis::logarithmic("ratings of the item"),
        y: Axis::linear("mean stars"),
        clouds: vec![Cloud {
            name: String::new(),
            points: known.points.iter().map(|(ratings, stars)| (*ratings as f64, *stars)).collect(),
        }],
    };
    let correlation = match known.correlation {
        Some(correlation) => format!("The correlation on the logarithmic axis is {correlation:.3}."),
        None => "There is no correlation to speak of.".to_owned(),
    };
    let description = format!("One dot stands for the items close to it. {correlation}");
    Picture { title: chart.title.clone(), description, charts: vec![Chart::Scatter(chart)] }
}

/// With more bars than this their names would not fit.
const MOST_BARS: usize = 20;

/// Bars where their names fit, else a line.
fn steps(title: &str, x: &str, y: &str, values: &[(f64, f64)]) -> Chart {
    let title = title.to_owned();
    if values.len() > MOST_BARS {
        let line = Line { name: String::new(), points: values.to_vec(), marked: None };
        return Chart::Lines(LineChart { title, x: Axis::linear(x), y: Axis::linear(y), lines: vec![line] });
    }
    let bars = values.iter().map(|(_, value)| Some(bar(*value))).collect();
    Chart::Bars(BarChart {
        title,
        y: Axis::linear(y),
        groups: values.iter().map(|(name, _)| name.to_string()).collect(),
        series: vec![BarSeries { name: String::new(), bars }],
    })
}

fn bar(value: f64) -> Bar {
    Bar { value, whisker: None }
}
