use std::fmt::Write as _;

use crate::page::escaped;

/// A heading, columns and rows of cells: the same in a terminal and on a page.
pub(crate) struct Table {
    pub heading: String,
    pub columns: Vec<String>,
    pub rows: Vec<Row>,
}

pub(crate) struct Row {
    pub name: String,
    pub cells: Vec<String>,
}

const GAP: &str = "   ";

impl Table {
    /// The heading stands over the names of the rows.
    pub(crate) fn push_text(&self, text: &mut String) {
        let line = |first: &String, rest: &[String]| {
            std::iter::once(first).chain(rest).map(|cell| on_one_line(cell)).collect()
        };
        let rows = self.rows.iter().map(|row| line(&row.name, &row.cells));
        let lines: Vec<Vec<String>> =
            std::iter::once(line(&self.heading, &self.columns)).chain(rows).collect();
        let width = |column: usize| {
            let cells = lines.iter().filter_map(|line| line.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..=self.columns.len()).map(width).collect();
        for line in lines {
            let cells: Vec<String> =
                line.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
            text.push_str(cells.join(GAP).trim_end());
            text.push('\n');
        }
    }

    pub(crate) fn to_html(&self) -> String {
        let header: String =
            self.columns.iter().map(|name| format!("<th scope=\"col\">{}</th>", escaped(name))).collect();
        let mut html = format!(
            "<h2>{}</h2>\n<div class=\"wide\"><table>\n<thead><tr><td></td>{header}</tr></thead>\n<tbody>\n",
            escaped(&self.heading)
        );
        for row in &self.rows {
            let cells: String = row.cells.iter().map(|cell| format!("<td>{}</td>", escaped(cell))).collect();
            let name = escaped(&row.name);
            writeln!(html, "<tr><th scope=\"row\">{name}</th>{cells}</tr>")
                .expect("a String takes everything");
        }
        html.push_str("</tbody>\n</table></div>\n");
        html
    }
}

/// Names come from files, and a terminal obeys control characters.
fn on_one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// A sentence of how the figures came about, then the tables.
pub(crate) fn to_text(summary: &str, tables: &[Table]) -> String {
    let mut text = format!("{summary}\n");
    for table in tables {
        text.push('\n');
        table.push_text(&mut text);
    }
    text
}
