use serde::Serialize;
use serde_json::Value;

use crate::classification::page::Fact;
use crate::classification::{Grading, GradingReport, Question, QuestionReport, page, tables};
use crate::rating::Resampling;
use crate::{Error, bootstrap, table};

/// Models side by side, question by question and category by category.
#[derive(Debug, Clone, Serialize)]
pub struct Classification {
    pub settings: Settings,
    pub questions: Vec<QuestionReport>,
    pub gradings: Vec<GradingReport>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Settings {
    /// Of the calibration error and the reliability diagram, with equally many rows each.
    pub bins: usize,
    pub resampling: Resampling,
}

impl Default for Settings {
    fn default() -> Self {
        Self { bins: 10, resampling: Resampling::default() }
    }
}

impl Settings {
    fn check(&self) -> Result<(), Error> {
        bootstrap::check(self.resampling.resamples, self.resampling.confidence)?;
        if !(1..=1_000).contains(&self.bins) {
            return Err(Error::setting("bins", self.bins, "between 1 and 1000"));
        }
        Ok(())
    }
}

impl Classification {
    /// # Errors
    /// When a table has no rows or no models, two of its models share a name, or something in it cannot be an answer.
    pub fn new(questions: &[Question], gradings: &[Grading], settings: Settings) -> Result<Self, Error> {
        settings.check()?;
        questions.iter().try_for_each(Question::check)?;
        gradings.iter().try_for_each(Grading::check)?;
        if questions.is_empty() && gradings.is_empty() {
            return Err(Error::NoCases);
        }
        Ok(Self {
            settings,
            questions: questions.iter().map(|question| question.report(&settings)).collect(),
            gradings: gradings.iter().map(|grading| grading.report(&settings)).collect(),
        })
    }

    pub fn question(&self, name: &str) -> Option<&QuestionReport> {
        self.questions.iter().find(|question| question.name == name)
    }

    pub fn grading(&self, name: &str) -> Option<&GradingReport> {
        self.gradings.iter().find(|grading| grading.name == name)
    }

    /// Aligned columns for a terminal.
    pub fn to_text(&self) -> String {
        table::to_text(&tables::summary(self), &tables::tables(self))
    }

    /// The fields of this struct, in full precision.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).expect("keys are text, and no field can fail to serialise")
    }

    /// One page that needs no other file: the facts, the tables, and for each question and category a picture.
    ///
    /// # Errors
    /// When a figure cannot be drawn.
    pub fn to_html(&self, title: &str, facts: &[Fact]) -> Result<String, Error> {
        page::render(self, title, facts)
    }

    /// Precision and recall, and how far probabilities can be believed, of each question; which levels are taken for
    /// which, of each category.
    ///
    /// # Errors
    /// When a figure cannot be drawn.
    pub fn to_svg(&self) -> Result<String, Error> {
        Ok(crate::classification::plot::picture(self).to_svg()?)
    }
}
