use std::fmt::Write as _;

use crate::report::Comparison;
use crate::report::table::{Table, summary, tables};

const STYLE: &str = "\
body { font: 15px/1.5 system-ui, sans-serif; color: #262626; background: #fff; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
svg { max-width: 100%; height: auto } .wide { overflow-x: auto }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { text-align: left; padding: .3rem 1rem .3rem 0; border-bottom: 1px solid #e2e2e2; white-space: nowrap }
th { font-weight: 600 } dt { font-weight: 600 } dd { margin: 0 0 .4rem }";

pub(super) fn render(comparison: &Comparison, svg: &str) -> String {
    let names: Vec<String> = comparison.models.iter().map(|model| escaped(&model.name)).collect();
    let title = format!("Evaluation of {}", names.join(", "));
    let tables: String = tables(comparison).iter().map(table).collect();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>\n{STYLE}\n</style>\n</head>\n<body>\n<h1>{title}</h1>\n<p>{}.</p>\n\
         {tables}{svg}{}</body>\n</html>\n",
        escaped(&summary(comparison)),
        explanations(comparison),
    )
}

fn table(table: &Table) -> String {
    let header: String =
        table.columns.iter().map(|name| format!("<th scope=\"col\">{}</th>", escaped(name))).collect();
    let mut html = format!(
        "<h2>{}</h2>\n<div class=\"wide\"><table>\n<thead><tr><td></td>{header}</tr></thead>\n<tbody>\n",
        escaped(&table.heading)
    );
    for row in &table.rows {
        let cells: String = row.cells.iter().map(|cell| format!("<td>{}</td>", escaped(cell))).collect();
        let name = escaped(&row.name);
        writeln!(html, "<tr><th scope=\"row\">{name}</th>{cells}</tr>").expect("a String takes everything");
    }
    html.push_str("</tbody>\n</table></div>\n");
    html
}

fn explanations(comparison: &Comparison) -> String {
    let metrics = comparison.shared().overall.metrics.iter();
    let entries: String = metrics
        .map(|(metric, _)| {
            format!("<dt>{}</dt><dd>{}</dd>\n", escaped(&metric.label()), escaped(metric.explanation()))
        })
        .collect();
    format!("<h2>What the figures say</h2>\n<dl>\n{entries}</dl>\n")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
