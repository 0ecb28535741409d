//! Plots as SVG text that needs neither fonts nor style sheets. The same data always gives the same bytes.
//!
//! Data that cannot be drawn (nothing, infinities, a negative number on a logarithmic axis) is an [`Error`] that names
//! the series and the place.

mod axis;
mod bars;
mod canvas;
mod error;
mod legend;
mod lines;
mod matrix;
mod numbers;
mod palette;
mod picture;
mod ruler;
mod scatter;

pub use axis::{Axis, Scale};
pub use bars::{Bar, BarChart, BarSeries};
pub use error::Error;
pub use lines::{Line, LineChart};
pub use matrix::MatrixChart;
pub use picture::{Chart, Picture};
pub use scatter::{Cloud, ScatterChart};
