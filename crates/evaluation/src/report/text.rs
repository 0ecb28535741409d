use crate::report::Comparison;
use crate::report::table::{Table, summary, tables};

pub(super) fn render(comparison: &Comparison) -> String {
    let mut text = summary(comparison);
    text.push('\n');
    for table in tables(comparison) {
        text.push('\n');
        push_table(&mut text, &table);
    }
    text
}

const GAP: &str = "   ";

fn push_table(text: &mut String, table: &Table) {
    let header = std::iter::once(&table.heading).chain(&table.columns);
    let rows = table.rows.iter().map(|row| std::iter::once(&row.name).chain(&row.cells).collect());
    let lines: Vec<Vec<&String>> = std::iter::once(header.collect()).chain(rows).collect();
    let width = |column: usize| {
        lines.iter().map(|line| line.get(column).map_or(0, |cell| cell.chars().count())).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..=table.columns.len()).map(width).collect();
    for line in lines {
        let cells: Vec<String> =
            line.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        text.push_str(cells.join(GAP).trim_end());
        text.push('\n');
    }
}
