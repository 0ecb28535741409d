use plotters::drawing::IntoDrawingArea as _;
use plotters::prelude::SVGBackend;
use plotters::style::WHITE;

use crate::canvas::{DETAIL, HEIGHT, WIDTH, legend, pixels};
use crate::legend::Symbol;
use crate::{BarChart, Error, LineChart, MatrixChart, ScatterChart};

#[derive(Debug, Clone, PartialEq)]
pub enum Chart {
    Lines(LineChart),
    Bars(BarChart),
    Matrix(MatrixChart),
    Scatter(ScatterChart),
}

/// Charts one below the other in one SVG.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Picture {
    /// For screen readers and as a tooltip; the charts show their own titles.
    pub title: String,
    /// For screen readers.
    pub description: String,
    pub charts: Vec<Chart>,
}

impl Picture {
    /// One chart, described by its own title.
    pub fn of(chart: Chart) -> Self {
        Self { title: chart.title().to_owned(), description: String::new(), charts: vec![chart] }
    }

    /// # Errors
    /// When there is no chart, or one of them cannot be drawn.
    pub fn to_svg(&self) -> Result<String, Error> {
        if self.charts.is_empty() {
            return Err(Error::NoCharts { picture: self.title.clone() });
        }
        for chart in &self.charts {
            chart.check()?;
        }
        let height = self.charts.iter().map(Chart::height).sum();
        let drawn = self.draw(height)?;
        let body = drawn.split_once('\n').map_or("", |(_, body)| body);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" viewBox=\"0 0 {} {}\" \
             role=\"img\">\n<title>{}</title>\n",
            WIDTH * DETAIL,
            height * DETAIL,
            escaped(&self.title),
        );
        if !self.description.is_empty() {
            svg.push_str(&format!("<desc>{}</desc>\n", escaped(&self.description)));
        }
        svg.push_str(body);
        svg.retain(is_xml);
        Ok(svg)
    }

    /// The picture in the SVG element that plotters makes, on a line of its own.
    fn draw(&self, height: u32) -> Result<String, Error> {
        let mut svg = String::new();
        let root = SVGBackend::with_string(&mut svg, (WIDTH * DETAIL, height * DETAIL)).into_drawing_area();
        root.fill(&WHITE).map_err(Error::draw)?;
        let mut rest = root.clone();
        for chart in &self.charts {
            let (area, below) = rest.split_vertically(pixels(chart.height()));
            match chart {
                Chart::Lines(chart) => chart.draw(&area)?,
                Chart::Bars(chart) => chart.draw(&area)?,
                Chart::Matrix(chart) => chart.draw(&area)?,
                Chart::Scatter(chart) => chart.draw(&area)?,
            }
            rest = below;
        }
        root.present().map_err(Error::draw)?;
        drop((root, rest));
        Ok(svg)
    }
}

impl Chart {
    fn title(&self) -> &str {
        match self {
            Self::Lines(chart) => &chart.title,
            Self::Bars(chart) => &chart.title,
            Self::Matrix(chart) => &chart.title,
            Self::Scatter(chart) => &chart.title,
        }
    }

    /// Many series make the legend taller, not the plot smaller.
    fn height(&self) -> u32 {
        let names: Vec<&str> = match self {
            Self::Lines(chart) => chart.lines.iter().map(|line| line.name.as_str()).collect(),
            Self::Bars(chart) => chart.series.iter().map(|series| series.name.as_str()).collect(),
            Self::Matrix(_) => Vec::new(),
            Self::Scatter(chart) => chart.clouds.iter().map(|cloud| cloud.name.as_str()).collect(),
        };
        HEIGHT + legend(&names, Symbol::Line).height()
    }

    fn check(&self) -> Result<(), Error> {
        match self {
            Self::Lines(chart) => chart.check(),
            Self::Bars(chart) => chart.check(),
            Self::Matrix(chart) => chart.check(),
            Self::Scatter(chart) => chart.check(),
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Some control characters have no place in XML, not even escaped.
fn is_xml(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}
