use plotters::element::{EmptyElement, PathElement, Rectangle, Text};
use plotters::style::text_anchor::{HPos, VPos};
use plotters::style::{Color as _, FontStyle, RGBColor};

use crate::canvas::{
    Area, DETAIL, LABEL_SIZE, Plot, Surroundings, WIDTH, anchored, fitted, pixels, plot, text_style,
    text_width,
};
use crate::legend::Symbol;
use crate::numbers::value_label;
use crate::ruler::Ruler;
use crate::{Axis, Chart, Error, Picture, Scale, palette};

/// Bars side by side in groups, such as models side by side for each metric.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BarChart {
    pub title: String,
    pub y: Axis,
    pub groups: Vec<String>,
    pub series: Vec<BarSeries>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct BarSeries {
    pub name: String,
    /// One for each group; `None` leaves a gap.
    pub bars: Vec<Option<Bar>>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    pub value: f64,
    /// The lower and the upper end of a confidence interval.
    pub whisker: Option<(f64, f64)>,
}

impl BarChart {
    /// # Errors
    /// When there is no bar, or one has no place on the axis.
    pub fn to_svg(&self) -> Result<String, Error> {
        Picture::of(Chart::Bars(self.clone())).to_svg()
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.y.scale == Scale::Logarithmic {
            return Err(Error::LogarithmicBars { chart: self.title.clone() });
        }
        for series in &self.series {
            series.check(&self.y, self.groups.len())?;
        }
        if self.bars().next().is_none() {
            return Err(Error::Empty { chart: self.title.clone() });
        }
        Ok(())
    }

    fn bars(&self) -> impl Iterator<Item = &Bar> {
        self.series.iter().flat_map(|series| series.bars.iter().flatten())
    }

    pub(crate) fn draw(&self, area: &Area<'_>) -> Result<(), Error> {
        let group_width = (WIDTH - 80) / self.groups.len() as u32;
        let names = self.groups.iter().map(|name| fitted(name, LABEL_SIZE, group_width));
        let x = Ruler::of_names(names.collect());
        let whiskers = self.bars().filter_map(|bar| bar.whisker).flat_map(|(low, high)| [low, high]);
        let values = self.bars().map(|bar| bar.value).chain(whiskers).chain([0.0]);
        let y = Ruler::generous(self.y.scale, values);
        let surroundings = Surroundings {
            title: &self.title,
            names: self.series.iter().map(|series| series.name.as_str()).collect(),
            symbol: Symbol::Square,
            x_label: "",
            y: &self.y,
            vertical_grid: false,
        };
        let bottom = y.low();
        let mut plot = plot(area, &surroundings, x, y)?;
        let width = SHARE_OF_GROUP / self.series.len() as f64;
        let widest = self.bars().map(|bar| text_width(&value_label(bar.value), VALUE_SIZE)).max();
        let has_values = widest.is_some_and(|widest| f64::from(widest) < width * f64::from(group_width));
        for (index, series) in self.series.iter().enumerate() {
            let color = palette::of_series(index);
            for (group, bar) in series.bars.iter().enumerate() {
                let Some(bar) = bar else { continue };
                let left = group as f64 - SHARE_OF_GROUP / 2.0 + index as f64 * width;
                Column { bar: *bar, left, width, color }.draw(&mut plot, has_values)?;
            }
        }
        if bottom < 0.0 {
            let zero = [(-0.5, 0.0), (self.groups.len() as f64 - 0.5, 0.0)];
            let line = PathElement::new(zero, palette::AXIS.stroke_width(DETAIL));
            plot.draw_series([line]).map_err(Error::draw)?;
        }
        Ok(())
    }
}

impl BarSeries {
    fn check(&self, axis: &Axis, groups: usize) -> Result<(), Error> {
        if self.bars.len() != groups {
            return Err(Error::Groups { series: self.name.clone(), bars: self.bars.len(), groups });
        }
        for (index, bar) in self.bars.iter().enumerate() {
            let (Some(bar), position) = (bar, index + 1) else { continue };
            axis.check(&self.name, position, bar.value)?;
            let Some((low, high)) = bar.whisker else { continue };
            axis.check(&self.name, position, low)?;
            axis.check(&self.name, position, high)?;
            if low > high {
                return Err(Error::Whisker { series: self.name.clone(), position, low, high });
            }
        }
        Ok(())
    }
}

const SHARE_OF_GROUP: f64 = 0.8;
const SHARE_OF_BAR: f64 = 0.9;
const VALUE_SIZE: u32 = 10;

/// A bar in its place; `left` and `width` are in groups.
struct Column {
    bar: Bar,
    left: f64,
    width: f64,
    color: RGBColor,
}

impl Column {
    fn draw(&self, plot: &mut Plot<'_>, has_value: bool) -> Result<(), Error> {
        let gap = self.width * (1.0 - SHARE_OF_BAR) / 2.0;
        let (left, right) = (self.left + gap, self.left + self.width - gap);
        // An SVG rectangle has no negative height, so the upper corner comes first.
        let (bottom, top) = (self.bar.value.min(0.0), self.bar.value.max(0.0));
        let rectangle = Rectangle::new([(left, top), (right, bottom)], self.color.filled());
        plot.draw_series([rectangle]).map_err(Error::draw)?;

        let middle = self.left + self.width / 2.0;
        if let Some((low, high)) = self.bar.whisker {
            let cap = self.width * 0.12;
            let strokes = [
                [(middle, low), (middle, high)],
                [(middle - cap, low), (middle + cap, low)],
                [(middle - cap, high), (middle + cap, high)],
            ];
            let style = palette::TEXT.stroke_width(DETAIL * 5 / 4);
            let strokes = strokes.map(|stroke| PathElement::new(stroke, style));
            plot.draw_series(strokes).map_err(Error::draw)?;
        }
        if has_value { self.draw_value(plot, middle) } else { Ok(()) }
    }

    /// Beyond the end of bar and whisker.
    fn draw_value(&self, plot: &mut Plot<'_>, middle: f64) -> Result<(), Error> {
        let value = self.bar.value;
        let (low, high) = self.bar.whisker.unwrap_or((value, value));
        let (end, anchor, away) = if value < 0.0 {
            (low.min(value), VPos::Top, pixels(4))
        } else {
            (high.max(value), VPos::Bottom, -pixels(4))
        };
        let style = anchored(text_style(VALUE_SIZE, FontStyle::Normal, palette::TEXT), HPos::Center, anchor);
        let text = Text::new(value_label(value), (0, away), style);
        plot.draw_series([EmptyElement::at((middle, end)) + text]).map_err(Error::draw)?;
        Ok(())
    }
}
