use std::cmp::Ordering;

use serde::Serialize;

use crate::data_set::SurveySettings;
use crate::data_set::tally::Tally;

/// What is rated most, and best.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Titles {
    pub vote_threshold: u32,
    pub most_rated: Vec<RatedTitle>,
    /// By the mean with as many ratings of the mean of all added as the threshold says.
    pub best_by_bayesian_mean: Vec<RatedTitle>,
    /// Of those with as many ratings as the threshold.
    pub best_by_mean: Vec<RatedTitle>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RatedTitle {
    pub item: u32,
    pub title: String,
    pub ratings: u64,
    pub mean: f64,
    pub bayesian_mean: f64,
}

#[derive(Debug, Clone, Copy)]
struct Rated {
    item: u32,
    ratings: u64,
    mean: f64,
    bayesian_mean: f64,
}

impl Titles {
    /// `items` by number, of which number 0 is none; one of them must have ratings.
    pub(super) fn of(
        items: &[Tally],
        settings: &SurveySettings,
        title: &dyn Fn(u32) -> Option<String>,
    ) -> Self {
        let vote_threshold = settings.vote_threshold.unwrap_or_else(|| reached_by_one_in_twenty(items));
        let mean_of_all = items.iter().copied().sum::<Tally>().mean().unwrap_or_default();
        let rated: Vec<Rated> = (0_u32..)
            .zip(items)
            .filter_map(|(item, tally)| {
                let added = f64::from(vote_threshold);
                let bayesian_mean = (added * mean_of_all + tally.stars) / (added + tally.ratings as f64);
                Some(Rated { item, ratings: tally.ratings, mean: tally.mean()?, bayesian_mean })
            })
            .collect();
        let often_enough =
            rated.iter().copied().filter(|rated| rated.ratings >= u64::from(vote_threshold)).collect();
        let listed = |rated: Vec<Rated>, order: fn(&Rated, &Rated) -> Ordering| {
            top(rated, settings.listed, order).into_iter().map(|rated| rated.with(title)).collect()
        };
        Self {
            vote_threshold,
            most_rated: listed(rated.clone(), |one, other| one.ratings.cmp(&other.ratings)),
            best_by_bayesian_mean: listed(rated, |one, other| {
                one.bayesian_mean.total_cmp(&other.bayesian_mean)
            }),
            best_by_mean: listed(often_enough, |one, other| one.mean.total_cmp(&other.mean)),
        }
    }
}

impl Rated {
    fn with(self, title: &dyn Fn(u32) -> Option<String>) -> RatedTitle {
        let Self { item, ratings, mean, bayesian_mean } = self;
        let title = title(item).unwrap_or_else(|| format!("item {item}"));
        RatedTitle { item, title, ratings, mean, bayesian_mean }
    }
}

/// The greatest first; of equals the one with more ratings, then the smaller number.
fn top(mut rated: Vec<Rated>, count: usize, order: fn(&Rated, &Rated) -> Ordering) -> Vec<Rated> {
    rated.sort_unstable_by(|one, other| {
        order(other, one).then(other.ratings.cmp(&one.ratings)).then(one.item.cmp(&other.item))
    });
    rated.truncate(count);
    rated
}

fn reached_by_one_in_twenty(items: &[Tally]) -> u32 {
    let mut counts: Vec<u64> = items.iter().map(|tally| tally.ratings).filter(|count| *count > 0).collect();
    counts.sort_unstable();
    let count = counts.get(counts.len() * 19 / 20).copied().unwrap_or(1);
    u32::try_from(count).unwrap_or(u32::MAX)
}
