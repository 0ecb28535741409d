#![expect(clippy::unwrap_used, reason = "tests")]

use filmlens_charts::{
    Axis, Bar, BarChart, BarSeries, Chart, Cloud, Error, Line, LineChart, MatrixChart, Picture, ScatterChart,
};
use proptest::prelude::*;

fn one_line(points: Vec<(f64, f64)>) -> LineChart {
    LineChart {
        title: "loss".to_owned(),
        x: Axis::linear("epoch"),
        y: Axis::linear("loss"),
        lines: vec![Line { name: "training".to_owned(), points, marked: None }],
    }
}

fn one_series(bars: Vec<Option<Bar>>) -> BarChart {
    BarChart {
        title: "accuracy".to_owned(),
        y: Axis::linear("value"),
        groups: (0..bars.len()).map(|group| format!("group {group}")).collect(),
        series: vec![BarSeries { name: "model".to_owned(), bars }],
    }
}

fn bar(value: f64, low: f64, high: f64) -> Option<Bar> {
    Some(Bar { value, whisker: Some((low, high)) })
}

fn texts(svg: &str) -> Vec<String> {
    let texts = svg.split("<text").skip(1);
    texts.map(|text| text.split(['>', '<']).nth(1).unwrap().trim().to_owned()).collect()
}

fn count(svg: &str, element: &str) -> usize {
    svg.matches(&format!("<{element} ")).count()
}

#[test]
fn a_line_chart_shows_its_names_its_ticks_and_the_best_point() {
    let mut chart = one_line(vec![(1.0, 0.1), (2.0, 0.185_74), (3.0, 0.15)]);
    chart.lines[0].marked = Some(1);
    chart.lines.push(Line { name: "validation".to_owned(), points: vec![(1.0, 0.2)], marked: None });
    let texts = texts(&chart.to_svg().unwrap());
    for expected in ["loss", "epoch", "training", "validation", "0.1857", "0.20"] {
        assert!(texts.iter().any(|text| text == expected), "{expected} in {texts:?}");
    }
}

#[test]
fn bars_have_whiskers_and_values_and_leave_gaps() {
    let svg = one_series(vec![bar(0.3, 0.28, 0.33), None, bar(-0.2, -0.3, -0.1)]).to_svg().unwrap();
    assert_eq!(count(&svg, "rect"), 1 + 1 + 2, "background, legend, two bars");
    let texts = texts(&svg);
    for expected in ["0.3000", "-0.2000", "group 1"] {
        assert!(texts.iter().any(|text| text == expected), "{expected} in {texts:?}");
    }
}

#[test]
fn a_cloud_has_a_dot_for_each_point() {
    let cloud = |name: &str, size: usize| Cloud { name: name.to_owned(), points: vec![(10.0, 2.0); size] };
    let chart = ScatterChart {
        title: "novelty".to_owned(),
        x: Axis::logarithmic("ratings"),
        y: Axis::linear("share"),
        clouds: vec![cloud("films", 5), cloud("series", 6)],
    };
    assert_eq!(count(&chart.to_svg().unwrap(), "circle"), 11 + 2);
}

#[test]
fn text_is_escaped_and_described_for_those_who_cannot_see() {
    let mut chart = one_line(vec![(1.0, 1.0)]);
    chart.title = "a < b & </title>".to_owned();
    chart.lines[0].name = "<script>".to_owned();
    let picture = Picture {
        title: chart.title.clone(),
        description: "falls & <rises>".to_owned(),
        charts: vec![Chart::Lines(chart)],
    };
    let svg = picture.to_svg().unwrap();
    assert!(
        svg.contains("<title>a &lt; b &amp; &lt;/title&gt;</title>\n<desc>falls &amp; &lt;rises&gt;</desc>")
    );
    assert!(svg.contains("&lt;script&gt;") && !svg.contains("<script>"));
    assert!(svg.starts_with("<svg xmlns=") && svg.ends_with("</svg>\n"));
    assert!(svg.contains("role=\"img\""));
}

#[test]
fn characters_that_xml_forbids_are_left_out() {
    let mut chart = one_line(vec![(1.0, 1.0)]);
    chart.title = "bell\u{7} and\u{0} tab\t\u{ffff}".to_owned();
    let svg = chart.to_svg().unwrap();
    assert!(!svg.contains(['\u{7}', '\u{0}', '\u{ffff}']));
}

#[test]
fn hundreds_of_series_and_groups_have_room() {
    let names: Vec<String> = (0..300).map(|index| format!("the model with the number {index}")).collect();
    let bars = vec![bar(0.5, 0.4, 0.6); 300];
    let series = names.iter().map(|name| BarSeries { name: name.clone(), bars: bars.clone() });
    let chart = BarChart { series: series.collect(), groups: names.clone(), ..one_series(vec![]) };
    assert!(chart.to_svg().unwrap().contains("number 299"));
}

#[test]
fn the_same_chart_gives_the_same_bytes() {
    let chart = one_line((0..5_000).map(|x| (f64::from(x), f64::from(x).sin())).collect());
    let svg = chart.to_svg().unwrap();
    assert_eq!(svg, chart.to_svg().unwrap());
    assert!(svg.len() < 100_000, "long lines are thinned, but this is {} bytes", svg.len());
}

#[test]
fn what_cannot_be_drawn_is_named() {
    assert!(matches!(one_line(vec![]).to_svg(), Err(Error::Empty { chart }) if chart == "loss"));
    assert!(matches!(one_series(vec![None, None]).to_svg(), Err(Error::Empty { .. })));
    assert!(matches!(one_series(vec![]).to_svg(), Err(Error::Empty { .. })));
    assert!(matches!(ScatterChart::default().to_svg(), Err(Error::Empty { .. })));
    assert!(matches!(Picture::default().to_svg(), Err(Error::NoCharts { .. })));

    let nan = one_line(vec![(0.0, 1.0), (1.0, f64::NAN)]).to_svg().unwrap_err();
    assert_eq!(nan.to_string(), "\"training\", number 2: NaN is not finite; leave such values out");
    assert!(matches!(one_line(vec![(f64::INFINITY, 1.0)]).to_svg(), Err(Error::NotFinite { .. })));
    assert!(matches!(one_line(vec![(1e200, 1.0)]).to_svg(), Err(Error::OutOfScale { .. })));

    let mut chart = one_line(vec![(0.0, 1.0)]);
    chart.x = Axis::logarithmic("epoch");
    assert!(matches!(chart.to_svg(), Err(Error::NotPositive { position: 1, .. })));
    let mut chart = one_line(vec![(0.0, 1.0)]);
    chart.lines[0].marked = Some(1);
    assert!(matches!(chart.to_svg(), Err(Error::Marked { marked: 1, points: 1, .. })));

    assert!(matches!(one_series(vec![bar(1.0, 2.0, 0.0)]).to_svg(), Err(Error::Whisker { .. })));
    assert!(matches!(one_series(vec![bar(1.0, f64::NAN, 2.0)]).to_svg(), Err(Error::NotFinite { .. })));
    let mut chart = one_series(vec![bar(1.0, 0.0, 2.0)]);
    chart.groups.push("empty".to_owned());
    assert!(matches!(chart.to_svg(), Err(Error::Groups { bars: 1, groups: 2, .. })));
    chart.y = Axis::logarithmic("value");
    assert!(matches!(chart.to_svg(), Err(Error::LogarithmicBars { .. })));
}

fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![-10.0..10.0, any::<f64>(), Just(0.0), Just(5e-324), Just(1e100), (-1e15..1e15)]
}

fn any_axis() -> impl Strategy<Value = Axis> {
    prop_oneof![Just(Axis::linear("some label")), Just(Axis::logarithmic(""))]
}

proptest! {
    #[test]
    fn no_data_make_it_panic(
        x in any_axis(),
        y in any_axis(),
        names in prop::collection::vec(".{0,200}", 0..12),
        points in prop::collection::vec((any_number(), any_number()), 0..8),
        whisker in (any_number(), any_number()),
        marked in prop::option::of(0_usize..8),
        absolute in any::<bool>(),
    ) {
        let points: Vec<(f64, f64)> =
            if absolute { points.iter().map(|(x, y)| (x.abs(), y.abs())).collect() } else { points };
        let title = names.concat();
        let lines = names.iter().map(|name| Line { name: name.clone(), points: points.clone(), marked });
        let lines = LineChart { title: title.clone(), x: x.clone(), y: y.clone(), lines: lines.collect() };
        let clouds = names.iter().map(|name| Cloud { name: name.clone(), points: points.clone() });
        let scatter = ScatterChart { title: title.clone(), x, y: y.clone(), clouds: clouds.collect() };
        let bars = points.iter().map(|(value, _)| Some(Bar { value: *value, whisker: Some(whisker) }));
        let bars = BarSeries { name: title.clone(), bars: bars.collect() };
        let bars = BarChart {
            title,
            y,
            groups: points.iter().map(|point| format!("{point:?}")).collect(),
            series: names.iter().map(|_| bars.clone()).collect(),
        };
        for svg in [lines.to_svg(), scatter.to_svg(), bars.to_svg()].into_iter().flatten() {
            prop_assert!(svg.ends_with("</svg>\n") && !svg.contains("=\"NaN"));
        }
    }
}

fn matrix(values: Vec<Vec<f64>>) -> MatrixChart {
    MatrixChart {
        title: "confusion".to_owned(),
        row_label: "true".to_owned(),
        column_label: "answered".to_owned(),
        rows: vec!["none".to_owned(), "some".to_owned()],
        columns: vec!["none".to_owned(), "some".to_owned()],
        values,
    }
}

#[test]
fn a_matrix_shows_every_number_with_its_share_of_the_row() {
    let svg = matrix(vec![vec![30.0, 10.0], vec![0.0, 0.0]]).to_svg().unwrap();
    let texts = texts(&svg);
    for expected in ["confusion", "true", "answered", "none", "some", "30 (75%)", "10 (25%)", "0 (0%)"] {
        assert!(texts.iter().any(|text| text == expected), "{expected} in {texts:?}");
    }
    assert_eq!(count(&svg, "rect"), 1 + 4, "background and cells");
}

#[test]
fn a_matrix_with_gaps_or_negative_numbers_is_refused() {
    let refused = |values| matrix(values).to_svg().unwrap_err();
    assert!(matches!(refused(vec![vec![1.0, 2.0]]), Error::Matrix { values: 2, .. }));
    assert!(matches!(refused(vec![vec![1.0, 2.0], vec![1.0]]), Error::Matrix { values: 3, .. }));
    assert!(matches!(refused(vec![vec![1.0, -2.0], vec![0.0; 2]]), Error::Negative { position: 2, .. }));
    assert!(matches!(refused(vec![vec![f64::NAN, 2.0], vec![0.0; 2]]), Error::NotFinite { .. }));
    assert!(matches!(MatrixChart::default().to_svg(), Err(Error::Empty { .. })));
}
