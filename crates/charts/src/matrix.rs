use plotters::element::{EmptyElement, Rectangle, Text};
use plotters::style::text_anchor::{HPos, VPos};
use plotters::style::{Color as _, FontStyle, RGBColor, WHITE};

use crate::canvas::{Area, LABEL_SIZE, Plot, Surroundings, WIDTH, anchored, fitted, plot, text_style};
use crate::legend::Symbol;
use crate::numbers::value_label;
use crate::ruler::Ruler;
use crate::{Axis, Chart, Error, Picture, palette};

/// Numbers in rows and columns, darker the larger their share of the row, such as which class is taken for which.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MatrixChart {
    pub title: String,
    pub row_label: String,
    pub column_label: String,
    /// The first is at the top.
    pub rows: Vec<String>,
    pub columns: Vec<String>,
    /// One for each column, row by row; none may be below zero.
    pub values: Vec<Vec<f64>>,
}

const VALUE_SIZE: u32 = 14;

impl MatrixChart {
    /// # Errors
    /// When there is no number, or one has no place in the matrix.
    pub fn to_svg(&self) -> Result<String, Error> {
        Picture::of(Chart::Matrix(self.clone())).to_svg()
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.rows.is_empty() || self.columns.is_empty() {
            return Err(Error::Empty { chart: self.title.clone() });
        }
        let (rows, columns) = (self.rows.len(), self.columns.len());
        let found = self.values.iter().map(Vec::len);
        if self.values.len() != rows || found.clone().any(|found| found != columns) {
            let values = found.sum();
            return Err(Error::Matrix { chart: self.title.clone(), values, rows, columns });
        }
        let axis = Axis::default();
        for (name, values) in self.rows.iter().zip(&self.values) {
            for (index, value) in values.iter().enumerate() {
                axis.check(name, index + 1, *value)?;
                if *value < 0.0 {
                    let (series, position) = (name.clone(), index + 1);
                    return Err(Error::Negative { series, position, value: *value });
                }
            }
        }
        Ok(())
    }

    pub(crate) fn draw(&self, area: &Area<'_>) -> Result<(), Error> {
        let column_width = (WIDTH - 120) / self.columns.len() as u32;
        let columns = self.columns.iter().map(|name| fitted(name, LABEL_SIZE, column_width));
        let x = Ruler::of_names(columns.collect());
        let rows = self.rows.iter().rev().map(|name| fitted(name, LABEL_SIZE, WIDTH / 4));
        let y = Ruler::of_names(rows.collect());
        let surroundings = Surroundings {
            title: &self.title,
            names: Vec::new(),
            symbol: Symbol::Square,
            x_label: &self.column_label,
            y: &Axis::linear(self.row_label.as_str()),
            vertical_grid: false,
        };
        let mut plot = plot(area, &surroundings, x, y)?;
        for (row, values) in self.values.iter().rev().enumerate() {
            let whole: f64 = values.iter().sum();
            for (column, value) in values.iter().enumerate() {
                let share = if whole > 0.0 { value / whole } else { 0.0 };
                Cell { row: row as f64, column: column as f64, value: *value, share }.draw(&mut plot)?;
            }
        }
        Ok(())
    }
}

struct Cell {
    row: f64,
    column: f64,
    value: f64,
    share: f64,
}

impl Cell {
    fn draw(&self, plot: &mut Plot<'_>) -> Result<(), Error> {
        const HALF: f64 = 0.48;
        let Self { row, column, .. } = *self;
        let corners = [(column - HALF, row + HALF), (column + HALF, row - HALF)];
        let color = lightened(palette::of_series(0), self.share);
        plot.draw_series([Rectangle::new(corners, color.filled())]).map_err(Error::draw)?;

        let ink = if self.share > 0.5 { WHITE } else { palette::TEXT };
        let style = anchored(text_style(VALUE_SIZE, FontStyle::Bold, ink), HPos::Center, VPos::Center);
        let percent = format!("{} ({:.0}%)", self.label(), self.share * 100.0);
        let text = EmptyElement::at((column, row)) + Text::new(percent, (0, 0), style);
        plot.draw_series([text]).map_err(Error::draw)?;
        Ok(())
    }

    /// Counts have no decimals.
    fn label(&self) -> String {
        let is_count = self.value.fract() == 0.0 && self.value < 1e9;
        if is_count { format!("{:.0}", self.value) } else { value_label(self.value) }
    }
}

/// White for nothing, the whole colour for all.
fn lightened(color: RGBColor, share: f64) -> RGBColor {
    let part = |part: u8| (255.0 - (255.0 - f64::from(part)) * share).round() as u8;
    RGBColor(part(color.0), part(color.1), part(color.2))
}
