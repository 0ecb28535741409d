use plotters::element::{Circle, EmptyElement, PathElement, Text};
use plotters::style::text_anchor::{HPos, VPos};
use plotters::style::{Color as _, FontStyle, RGBColor, WHITE};

use crate::axis::check_points;
use crate::canvas::{Area, DETAIL, LABEL_SIZE, Plot, Surroundings, anchored, pixels, plot, text_style};
use crate::legend::Symbol;
use crate::numbers::value_label;
use crate::ruler::Ruler;
use crate::{Axis, Chart, Error, Picture, palette};

/// Named curves over one pair of axes, such as a loss by epoch.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LineChart {
    pub title: String,
    pub x: Axis,
    pub y: Axis,
    pub lines: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Line {
    pub name: String,
    pub points: Vec<(f64, f64)>,
    /// The index of a point to point out, such as the best epoch.
    pub marked: Option<usize>,
}

impl LineChart {
    /// # Errors
    /// When there is no point, or one has no place on the axes.
    pub fn to_svg(&self) -> Result<String, Error> {
        Picture::of(Chart::Lines(self.clone())).to_svg()
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.lines.iter().all(|line| line.points.is_empty()) {
            return Err(Error::Empty { chart: self.title.clone() });
        }
        for line in &self.lines {
            check_points(&self.x, &self.y, &line.name, &line.points)?;
            if let Some(marked) = line.marked.filter(|marked| *marked >= line.points.len()) {
                let points = line.points.len();
                return Err(Error::Marked { series: line.name.clone(), marked, points });
            }
        }
        Ok(())
    }

    pub(crate) fn draw(&self, area: &Area<'_>) -> Result<(), Error> {
        let points = || self.lines.iter().flat_map(|line| &line.points);
        let x = Ruler::fitting(self.x.scale, points().map(|point| point.0));
        let y = Ruler::generous(self.y.scale, points().map(|point| point.1));
        let surroundings = Surroundings {
            title: &self.title,
            names: self.lines.iter().map(|line| line.name.as_str()).collect(),
            symbol: Symbol::Line,
            x_label: &self.x.label,
            y: &self.y,
            vertical_grid: true,
        };
        let mut plot = plot(area, &surroundings, x.clone(), y)?;
        for (index, line) in self.lines.iter().enumerate() {
            line.draw(&mut plot, palette::of_series(index))?;
        }
        // Marks come last, so that no line runs through them.
        for (index, line) in self.lines.iter().enumerate() {
            let Some(point) = line.marked.and_then(|marked| line.points.get(marked)) else { continue };
            draw_mark(&mut plot, *point, x.fraction(point.0), palette::of_series(index))?;
        }
        Ok(())
    }
}

/// With more points than this, a line shows the extremes of each stretch.
const MOST_POINTS: usize = 3_000;
const MOST_DOTS: usize = 30;

impl Line {
    fn draw(&self, plot: &mut Plot<'_>, color: RGBColor) -> Result<(), Error> {
        let points = thinned(&self.points, MOST_POINTS);
        if self.points.len() <= MOST_DOTS {
            let dot = |point: &(f64, f64)| Circle::new(*point, pixels(5) / 2, color.filled());
            plot.draw_series(points.iter().map(dot)).map_err(Error::draw)?;
        }
        let path = PathElement::new(points, color.stroke_width(DETAIL * 2));
        plot.draw_series([path]).map_err(Error::draw)?;
        Ok(())
    }
}

fn draw_mark(plot: &mut Plot<'_>, point: (f64, f64), fraction: f64, color: RGBColor) -> Result<(), Error> {
    let halo = Circle::new(point, pixels(6), WHITE.filled());
    let ring = Circle::new(point, pixels(5), color.stroke_width(DETAIL * 2));
    let dot = Circle::new(point, pixels(2), color.filled());
    plot.draw_series([halo, ring, dot]).map_err(Error::draw)?;

    let towards = if fraction < 0.1 {
        HPos::Left
    } else if fraction > 0.9 {
        HPos::Right
    } else {
        HPos::Center
    };
    let style = anchored(text_style(LABEL_SIZE, FontStyle::Bold, color), towards, VPos::Bottom);
    let label = Text::new(value_label(point.1), (0, -pixels(9)), style);
    plot.draw_series([EmptyElement::at(point) + label]).map_err(Error::draw)?;
    Ok(())
}

/// The lowest and the highest point of each stretch, in their order: what would be seen of all of them.
fn thinned(points: &[(f64, f64)], most: usize) -> Vec<(f64, f64)> {
    if points.len() <= most {
        return points.to_vec();
    }
    let stretch = points.len().div_ceil(most / 2);
    let extremes = |points: &[(f64, f64)]| {
        let by_height = |a: &&usize, b: &&usize| points[**a].1.total_cmp(&points[**b].1);
        let indices: Vec<usize> = (0..points.len()).collect();
        let lowest = *indices.iter().min_by(by_height).expect("a chunk is never empty");
        let highest = *indices.iter().max_by(by_height).expect("a chunk is never empty");
        [points[lowest.min(highest)], points[lowest.max(highest)]]
    };
    points.chunks(stretch).flat_map(extremes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thinned_line_keeps_its_extremes_and_its_order() {
        let mut points: Vec<(f64, f64)> = (0..86_000).map(|x| (f64::from(x), f64::from(x % 7))).collect();
        points[54_321].1 = 100.0;
        let kept = thinned(&points, 3_000);
        assert!(kept.len() <= 3_000);
        assert!(kept.contains(&(54_321.0, 100.0)));
        assert!(kept.is_sorted_by_key(|point| point.0));
        assert_eq!(thinned(&points[..3_000], 3_000), points[..3_000]);
    }
}
