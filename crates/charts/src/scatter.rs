use plotters::element::Circle;
use plotters::style::Color as _;

use crate::axis::check_points;
use crate::canvas::{Area, Surroundings, pixels, plot};
use crate::legend::Symbol;
use crate::ruler::Ruler;
use crate::{Axis, Chart, Error, Picture, palette};

/// Named clouds of points over one pair of axes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ScatterChart {
    pub title: String,
    pub x: Axis,
    pub y: Axis,
    pub clouds: Vec<Cloud>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cloud {
    pub name: String,
    pub points: Vec<(f64, f64)>,
}

impl ScatterChart {
    /// # Errors
    /// When there is no point, or one has no place on the axes.
    pub fn to_svg(&self) -> Result<String, Error> {
        Picture::of(Chart::Scatter(self.clone())).to_svg()
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.clouds.iter().all(|cloud| cloud.points.is_empty()) {
            return Err(Error::Empty { chart: self.title.clone() });
        }
        self.clouds.iter().try_for_each(|cloud| check_points(&self.x, &self.y, &cloud.name, &cloud.points))
    }

    pub(crate) fn draw(&self, area: &Area<'_>) -> Result<(), Error> {
        let points = || self.clouds.iter().flat_map(|cloud| &cloud.points);
        let x = Ruler::generous(self.x.scale, points().map(|point| point.0));
        let y = Ruler::generous(self.y.scale, points().map(|point| point.1));
        let surroundings = Surroundings {
            title: &self.title,
            names: self.clouds.iter().map(|cloud| cloud.name.as_str()).collect(),
            symbol: Symbol::Dot,
            x_label: &self.x.label,
            y: &self.y,
            vertical_grid: true,
        };
        let mut plot = plot(area, &surroundings, x, y)?;
        // Where many points lie over each other, some transparency shows how many.
        let opacity = if points().count() > 200 { 0.5 } else { 0.85 };
        for (index, cloud) in self.clouds.iter().enumerate() {
            let style = palette::of_series(index).mix(opacity).filled();
            let dots = cloud.points.iter().map(|point| Circle::new(*point, pixels(7) / 2, style));
            plot.draw_series(dots).map_err(Error::draw)?;
        }
        Ok(())
    }
}
