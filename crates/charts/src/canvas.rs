use plotters::chart::{ChartBuilder, ChartContext};
use plotters::coord::Shift;
use plotters::coord::cartesian::Cartesian2d;
use plotters::drawing::DrawingArea;
use plotters::element::Text;
use plotters::prelude::SVGBackend;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color as _, FontDesc, FontFamily, FontStyle, RGBColor, TextStyle};

use crate::legend::{Legend, Symbol};
use crate::ruler::Ruler;
use crate::{Axis, Error, palette};

pub(crate) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
pub(crate) type Plot<'a> = ChartContext<'a, SVGBackend<'a>, Cartesian2d<Ruler, Ruler>>;

/// Plotters counts in whole pixels. Four of them to each of the picture's make smooth curves.
pub(crate) const DETAIL: u32 = 4;
pub(crate) const WIDTH: u32 = 800;
/// Without the legend.
pub(crate) const HEIGHT: u32 = 400;

const MARGIN: u32 = 14;
const TITLE_SIZE: u32 = 17;
pub(crate) const LABEL_SIZE: u32 = 12;

/// A number of the picture's pixels.
pub(crate) const fn pixels(count: u32) -> i32 {
    (count * DETAIL) as i32
}

pub(crate) fn text_style<'a>(size: u32, style: FontStyle, color: RGBColor) -> TextStyle<'a> {
    // The SVG backend divides by 1.24 again.
    let size = f64::from(size * DETAIL) * 1.24;
    FontDesc::new(FontFamily::SansSerif, size, style).color(&color)
}

pub(crate) fn anchored<'a>(style: TextStyle<'a>, horizontal: HPos, vertical: VPos) -> TextStyle<'a> {
    style.pos(Pos::new(horizontal, vertical))
}

/// A guess, in the picture's pixels, as nobody knows the reader's fonts.
pub(crate) fn text_width(text: &str, size: u32) -> u32 {
    let widths = text.chars().map(|character| match character {
        'i' | 'j' | 'l' | 't' | 'f' | 'r' | '.' | ',' | ' ' | '|' | '\'' => 0.36,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.92,
        character if character.is_uppercase() => 0.70,
        character if character.is_ascii() => 0.58,
        // Scripts such as Chinese fill the square.
        _ => 1.0,
    });
    (widths.sum::<f64>() * f64::from(size)).ceil() as u32
}

/// The text, cut with an ellipsis where it would be wider than `width` pixels of the picture.
pub(crate) fn fitted(text: &str, size: u32, width: u32) -> String {
    if text_width(text, size) <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    for character in text.chars() {
        kept.push(character);
        if text_width(&kept, size) + size > width {
            kept.pop();
            break;
        }
    }
    kept.push('…');
    kept
}

pub(crate) fn legend(names: &[&str], symbol: Symbol) -> Legend {
    Legend::new(names, symbol, WIDTH - 2 * MARGIN)
}

/// What surrounds the data of a chart.
pub(crate) struct Surroundings<'a> {
    pub title: &'a str,
    pub names: Vec<&'a str>,
    pub symbol: Symbol,
    pub x_label: &'a str,
    pub y: &'a Axis,
    pub vertical_grid: bool,
}

/// Draws title, legend, axes and grid, and returns where the data go.
pub(crate) fn plot<'a>(
    area: &Area<'a>,
    surroundings: &Surroundings<'_>,
    x: Ruler,
    y: Ruler,
) -> Result<Plot<'a>, Error> {
    let title_height = if surroundings.title.is_empty() { 0 } else { TITLE_SIZE + 10 };
    let inner = area.margin(pixels(MARGIN), pixels(MARGIN), pixels(MARGIN), pixels(MARGIN + 6));
    let (header, rest) = inner.split_vertically(pixels(title_height));
    if !surroundings.title.is_empty() {
        let style = text_style(TITLE_SIZE, FontStyle::Bold, palette::TEXT);
        let title = fitted(surroundings.title, TITLE_SIZE, WIDTH - 2 * MARGIN);
        let style = anchored(style, HPos::Left, VPos::Top);
        header.draw(&Text::new(title, (0, 0), style)).map_err(Error::draw)?;
    }
    let legend = legend(&surroundings.names, surroundings.symbol);
    let (above, rest) = rest.split_vertically(pixels(legend.height()));
    legend.draw(&above)?;

    let widest = y.labels().map(|label| text_width(label, LABEL_SIZE)).max().unwrap_or(0);
    let y_label_height = if surroundings.y.label.is_empty() { 0 } else { LABEL_SIZE + 12 };
    let x_label_height = if surroundings.x_label.is_empty() { 0 } else { LABEL_SIZE + 8 };
    let mut chart = ChartBuilder::on(&rest)
        .margin_top(pixels(6))
        .x_label_area_size(pixels(LABEL_SIZE + 14 + x_label_height))
        .y_label_area_size(pixels(widest.min(WIDTH / 4) + 12 + y_label_height))
        .build_cartesian_2d(x, y)
        .map_err(Error::draw)?;

    let label_style = text_style(LABEL_SIZE, FontStyle::Normal, palette::TEXT);
    let mut mesh = chart.configure_mesh();
    mesh.light_line_style(palette::GRID.mix(0.0))
        .bold_line_style(palette::GRID.stroke_width(DETAIL))
        .axis_style(palette::AXIS.stroke_width(DETAIL))
        .set_all_tick_mark_size(pixels(4))
        .label_style(label_style.clone())
        .axis_desc_style(label_style)
        .x_desc(surroundings.x_label)
        .y_desc(surroundings.y.label.as_str());
    if !surroundings.vertical_grid {
        mesh.disable_x_mesh();
    }
    mesh.draw().map_err(Error::draw)?;
    Ok(chart)
}
