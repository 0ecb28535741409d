use plotters::style::RGBColor;

/// Okabe and Ito's colours, which people of every kind of colour vision tell apart, less the yellow that white hides.
const SERIES: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(230, 159, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(213, 94, 0),
    RGBColor(86, 180, 233),
    RGBColor(90, 90, 90),
];

pub(crate) const TEXT: RGBColor = RGBColor(38, 38, 38);
pub(crate) const AXIS: RGBColor = RGBColor(110, 110, 110);
pub(crate) const GRID: RGBColor = RGBColor(226, 226, 226);

pub(crate) fn of_series(index: usize) -> RGBColor {
    SERIES[index % SERIES.len()]
}
