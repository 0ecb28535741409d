use filmlens_datasets::sensitivity::LabelledFilm;
use filmlens_domain::{Category, Level};
use serde::{Deserialize, Serialize};

use crate::Question;
use crate::case::{Case, PAIRS, pair};
use crate::rules::Hit;

/// Who says what a film holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LabelOrigin {
    Human,
    /// The rules, from the film's keywords.
    KeywordsRule,
    /// The rules, from the film's description, where it has too few keywords. Nothing learns from these: a reader of
    /// the description would find the rules again.
    DescriptionRule,
}

impl LabelOrigin {
    pub const ALL: [Self; 3] = [Self::Human, Self::KeywordsRule, Self::DescriptionRule];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::KeywordsRule => "keywords_rule",
            Self::DescriptionRule => "description_rule",
        }
    }
}

/// What the keywords of a film say by the rules: for each reader its answer. Nothing where there are too few of them.
pub(crate) fn from_keywords(case: &Case<'_>, min_keywords: usize) -> Option<[bool; PAIRS]> {
    if case.film.keywords.len() < min_keywords {
        return None;
    }
    Some(std::array::from_fn(|place| {
        let (category, is_strong) = pair(place);
        case.keyword_hits.iter().any(|hit| hit.category == category && (hit.is_strong || !is_strong))
    }))
}

/// A film's label for a question, and where it comes from.
pub(crate) fn label(
    film: &LabelledFilm,
    case: &Case<'_>,
    question: Question,
    min_keywords: usize,
) -> (bool, LabelOrigin) {
    if let Some(answer) = question.answer(&film.severities) {
        return (answer, LabelOrigin::Human);
    }
    if film.evidence.keywords.len() >= min_keywords {
        return (by_rule(&case.keyword_hits, question), LabelOrigin::KeywordsRule);
    }
    (by_rule(&case.text_hits, question), LabelOrigin::DescriptionRule)
}

fn by_rule(hits: &[Hit], question: Question) -> bool {
    let needs_strong = question.at_least == Level::Alto;
    hits.iter().any(|hit| hit.category == question.category && (hit.is_strong || !needs_strong))
}

/// How much people said there is, from 0 for nothing to 3.
pub(crate) fn degree(film: &LabelledFilm, category: Category) -> Option<u8> {
    film.severities.get(category).map(|level| match level {
        Level::SinContenido => u8::from(*film.is_mild.get(category)),
        Level::Moderado => 2,
        Level::Alto => 3,
    })
}
