use std::fmt::Write as _;

use filmlens_charts::{Chart, Picture};

use crate::Error;
use crate::classification::{Classification, plot, tables};
use crate::page::{Page, escaped};
use crate::table::Table;

/// What to say of a model besides its figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    pub name: String,
    pub text: String,
}

pub(super) fn render(report: &Classification, title: &str, facts: &[Fact]) -> Result<String, Error> {
    let mut body = String::new();
    if !facts.is_empty() {
        body.push_str("<dl>\n");
        for fact in facts {
            writeln!(body, "<dt>{}</dt><dd>{}</dd>", escaped(&fact.name), escaped(&fact.text))
                .expect("a String takes everything");
        }
        body.push_str("</dl>\n");
    }
    body.extend(tables::tables(report).iter().map(Table::to_html));
    for question in &report.questions {
        section(&mut body, &question.name, plot::of_question(question))?;
    }
    for grading in &report.gradings {
        section(&mut body, &grading.name, plot::of_grading(grading).into_iter().collect())?;
    }
    let page = Page {
        title,
        summary: &tables::summary(report),
        body: &body,
        explanations: tables::explanations(report),
    };
    Ok(page.to_html())
}

fn section(body: &mut String, name: &str, charts: Vec<Chart>) -> Result<(), Error> {
    let picture = Picture { title: name.to_owned(), description: String::new(), charts };
    let svg = picture.to_svg()?;
    write!(body, "<h2>{}</h2>\n{svg}", escaped(name)).expect("a String takes everything");
    Ok(())
}
