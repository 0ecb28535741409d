use plotters::element::{Circle, PathElement, Rectangle, Text};
use plotters::style::text_anchor::{HPos, VPos};
use plotters::style::{Color as _, FontStyle};

use crate::canvas::{Area, DETAIL, LABEL_SIZE, anchored, fitted, pixels, text_style, text_width};
use crate::{Error, palette};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Symbol {
    Line,
    Square,
    Dot,
}

/// The names of the series in rows above the plot, each behind its symbol. A single series needs none if it has no name.
pub(crate) struct Legend {
    symbol: Symbol,
    entries: Vec<Entry>,
    rows: u32,
}

struct Entry {
    series: usize,
    name: String,
    x: u32,
    row: u32,
}

const ROW: u32 = LABEL_SIZE + 8;
const SYMBOL: u32 = 18;
const GAP: u32 = 18;

impl Legend {
    pub(crate) fn new(names: &[&str], symbol: Symbol, width: u32) -> Self {
        let mut entries = Vec::new();
        let (mut x, mut row) = (0, 0);
        for (series, name) in names.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
            let name = fitted(name, LABEL_SIZE, width / 2);
            let needed = SYMBOL + 6 + text_width(&name, LABEL_SIZE);
            if x > 0 && x + needed > width {
                (x, row) = (0, row + 1);
            }
            entries.push(Entry { series, name, x, row });
            x += needed + GAP;
        }
        let rows = if entries.is_empty() { 0 } else { row + 1 };
        Self { symbol, entries, rows }
    }

    pub(crate) fn height(&self) -> u32 {
        if self.rows == 0 { 0 } else { self.rows * ROW + 4 }
    }

    pub(crate) fn draw(&self, area: &Area<'_>) -> Result<(), Error> {
        let text = text_style(LABEL_SIZE, FontStyle::Normal, palette::TEXT);
        let text = anchored(text, HPos::Left, VPos::Center);
        for entry in &self.entries {
            let (left, middle) = (pixels(entry.x), pixels(entry.row * ROW + ROW / 2));
            let color = palette::of_series(entry.series);
            let drawn = match self.symbol {
                Symbol::Line => {
                    let points = vec![(left, middle), (left + pixels(SYMBOL), middle)];
                    area.draw(&PathElement::new(points, color.stroke_width(DETAIL * 5 / 2)))
                }
                Symbol::Square => {
                    let half = pixels(SYMBOL / 3);
                    let corners = [(left, middle - half), (left + 2 * half, middle + half)];
                    area.draw(&Rectangle::new(corners, color.filled()))
                }
                Symbol::Dot => {
                    let centre = (left + pixels(SYMBOL / 3), middle);
                    area.draw(&Circle::new(centre, pixels(4), color.filled()))
                }
            };
            drawn.map_err(Error::draw)?;
            let start = (left + pixels(SYMBOL + 6), middle);
            area.draw(&Text::new(entry.name.clone(), start, text.clone())).map_err(Error::draw)?;
        }
        Ok(())
    }
}
