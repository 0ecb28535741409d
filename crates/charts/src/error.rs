/// Why data cannot be drawn.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("the chart {chart:?} has nothing to show; give it at least one point or bar")]
    Empty { chart: String },
    #[error("the picture {picture:?} has no charts; give it at least one")]
    NoCharts { picture: String },
    #[error("{series:?}, number {position}: {value} is not finite; leave such values out")]
    NotFinite { series: String, position: usize, value: f64 },
    #[error(
        "{series:?}, number {position}: {value} has no place on a logarithmic axis; it must be above zero"
    )]
    NotPositive { series: String, position: usize, value: f64 },
    #[error("{series:?}, number {position}: {value:e} is beyond what a chart can show; use another unit")]
    OutOfScale { series: String, position: usize, value: f64 },
    #[error("{series:?}, number {position}: a whisker from {low} to {high} is upside down")]
    Whisker { series: String, position: usize, low: f64, high: f64 },
    #[error("{series:?} marks the point at index {marked}, but has only {points} points")]
    Marked { series: String, marked: usize, points: usize },
    #[error("{series:?} has {bars} bars for {groups} groups; give it one, or none, for each")]
    Groups { series: String, bars: usize, groups: usize },
    #[error("bars start at zero, which a logarithmic axis does not have; make the axis of {chart:?} linear")]
    LogarithmicBars { chart: String },
    #[error(
        "the matrix {chart:?} has {values} numbers for {rows} rows of {columns}; give it one for each place"
    )]
    Matrix { chart: String, values: usize, rows: usize, columns: usize },
    #[error("{series:?}, number {position}: {value} is below zero, and has no share of its row")]
    Negative { series: String, position: usize, value: f64 },
    #[error("the picture cannot be written")]
    Draw(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    pub(crate) fn draw(source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Draw(Box::new(source))
    }
}
