use crate::page::Page;
use crate::report::Comparison;
use crate::report::table::{summary, tables};
use crate::table::Table;

pub(super) fn render(comparison: &Comparison, svg: &str) -> String {
    let names: Vec<&str> = comparison.models.iter().map(|model| model.name.as_str()).collect();
    let tables: String = tables(comparison).iter().map(Table::to_html).collect();
    let metrics = comparison.shared().overall.metrics.iter();
    Page {
        title: &format!("Evaluation of {}", names.join(", ")),
        summary: &summary(comparison),
        body: &(tables + svg),
        explanations: metrics.map(|(metric, _)| (metric.label(), metric.explanation().to_owned())).collect(),
    }
    .to_html()
}
