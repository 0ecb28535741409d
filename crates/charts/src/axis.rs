use crate::Error;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scale {
    #[default]
    Linear,
    Logarithmic,
}

/// What an axis shows. Its range and ticks follow from the data.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Axis {
    pub label: String,
    pub scale: Scale,
}

/// Beyond these the arithmetic of ranges and ticks would overflow or stand still.
const LARGEST: f64 = 1e100;
const SMALLEST_LOGARITHMIC: f64 = 1e-100;

impl Axis {
    pub fn linear(label: impl Into<String>) -> Self {
        Self { label: label.into(), scale: Scale::Linear }
    }

    pub fn logarithmic(label: impl Into<String>) -> Self {
        Self { label: label.into(), scale: Scale::Logarithmic }
    }

    /// Refuses a value that has no place on this axis. `position` counts from 1.
    pub(crate) fn check(&self, series: &str, position: usize, value: f64) -> Result<(), Error> {
        let series = || series.to_owned();
        if !value.is_finite() {
            return Err(Error::NotFinite { series: series(), position, value });
        }
        let logarithmic = self.scale == Scale::Logarithmic;
        if logarithmic && value <= 0.0 {
            return Err(Error::NotPositive { series: series(), position, value });
        }
        if value.abs() > LARGEST || (logarithmic && value < SMALLEST_LOGARITHMIC) {
            return Err(Error::OutOfScale { series: series(), position, value });
        }
        Ok(())
    }
}

pub(crate) fn check_points(x: &Axis, y: &Axis, series: &str, points: &[(f64, f64)]) -> Result<(), Error> {
    for (index, point) in points.iter().enumerate() {
        x.check(series, index + 1, point.0)?;
        y.check(series, index + 1, point.1)?;
    }
    Ok(())
}
