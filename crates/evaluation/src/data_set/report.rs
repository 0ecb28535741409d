use serde::Serialize;
use serde_json::Value;

use crate::Error;
use crate::data_set::counts::{Cold, CountSummary, sorted_counts};
use crate::data_set::long_tail::percent_of;
use crate::data_set::tally::Tally;
use crate::data_set::{LongTail, PopularityAndStars, Survey, SurveySettings, Titles, charts, sections};
use crate::page::Page;
use crate::table::{self, Table};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DataSetReport {
    pub name: String,
    pub users: usize,
    pub items: usize,
    pub ratings: u64,
    /// The share of the pairs of a user and an item that have no rating.
    pub sparsity: f64,
    pub mean_stars: f64,
    pub ratings_per_user: CountSummary,
    pub ratings_per_item: CountSummary,
    pub long_tail: LongTail,
    /// To the nearest half, in ascending order.
    pub stars: Vec<StarCount>,
    /// In UTC, without gaps.
    pub years: Vec<YearCount>,
    /// Ratings without a time that can be true.
    pub undated: u64,
    pub most_active: MostActive,
    pub titles: Titles,
    pub popularity_and_stars: PopularityAndStars,
    pub cold_below: u32,
    pub cold_users: Cold,
    pub cold_items: Cold,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct StarCount {
    pub stars: f64,
    pub ratings: u64,
    pub share: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct YearCount {
    pub year: i64,
    pub ratings: u64,
    pub mean_stars: Option<f64>,
}

/// The one in a hundred users with the most ratings.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MostActive {
    pub users: usize,
    pub ratings: u64,
    /// Of all ratings.
    pub share: f64,
    /// The mean of their ratings.
    pub mean_stars: f64,
}

pub(super) fn build(
    survey: &Survey,
    name: &str,
    settings: &SurveySettings,
    title: &dyn Fn(u32) -> Option<String>,
) -> DataSetReport {
    let (users, items) = (survey.users.as_slice(), &survey.items[1..]);
    let all: Tally = users.iter().copied().sum();
    let (by_user, by_item) = (sorted_counts(users), sorted_counts(items));
    let pairs = users.len() as f64 * items.len() as f64;
    DataSetReport {
        name: name.to_owned(),
        users: users.len(),
        items: items.len(),
        ratings: all.ratings,
        sparsity: (1.0 - all.ratings as f64 / pairs).max(0.0),
        mean_stars: all.mean().unwrap_or_default(),
        ratings_per_user: CountSummary::of(&by_user),
        ratings_per_item: CountSummary::of(&by_item),
        long_tail: LongTail::of(&by_item),
        stars: survey.stars(all.ratings),
        years: survey.years(),
        undated: survey.undated(),
        most_active: MostActive::of(users, all),
        titles: Titles::of(&survey.items, settings, title),
        popularity_and_stars: PopularityAndStars::of(items),
        cold_below: settings.cold_below,
        cold_users: Cold::of(&by_user, settings.cold_below),
        cold_items: Cold::of(&by_item, settings.cold_below),
    }
}

impl MostActive {
    fn of(users: &[Tally], all: Tally) -> Self {
        let mut most_active: Vec<&Tally> = users.iter().collect();
        // The sort is stable: of users with equally many ratings the smaller number comes first.
        most_active.sort_by_key(|user| std::cmp::Reverse(user.ratings));
        most_active.truncate(percent_of(users.len(), 1));
        let sum: Tally = most_active.iter().map(|user| **user).sum();
        Self {
            users: most_active.len(),
            ratings: sum.ratings,
            share: sum.ratings as f64 / all.ratings as f64,
            mean_stars: sum.mean().unwrap_or_default(),
        }
    }
}

impl DataSetReport {
    /// Aligned columns for a terminal.
    pub fn to_text(&self) -> String {
        let tables: Vec<Table> = sections::of(self).into_iter().flat_map(|section| section.tables).collect();
        table::to_text(&sections::summary(self), &tables)
    }

    /// The fields of this struct, in full precision.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).expect("keys are text, and no field can fail to serialise")
    }

    /// All plots, one below the other.
    ///
    /// # Errors
    /// When a figure cannot be drawn.
    pub fn to_svg(&self) -> Result<String, Error> {
        Ok(charts::all(self).to_svg()?)
    }

    /// One page that needs no other file.
    ///
    /// # Errors
    /// When a figure cannot be drawn.
    pub fn to_html(&self) -> Result<String, Error> {
        let mut body = String::new();
        for section in sections::of(self) {
            section.tables.iter().for_each(|table| body.push_str(&table.to_html()));
            for picture in &section.pictures {
                body.push_str(&picture.to_svg()?);
            }
        }
        let page = Page {
            title: &format!("The ratings of {}", self.name),
            summary: &sections::summary(self),
            body: &body,
            explanations: sections::explanations(self),
        };
        Ok(page.to_html())
    }
}
