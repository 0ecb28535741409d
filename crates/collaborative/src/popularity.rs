use serde::{Deserialize, Serialize};

use crate::{Error, Profile, RatingMatrix, Recommender};

/// What makes an item popular.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PopularityOrder {
    /// The mean, drawn towards that of all ratings the more, the fewer ratings an item has.
    #[default]
    Weighted,
    /// The plain mean, of items with enough ratings.
    Mean,
    /// How many have rated it.
    Count,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PopularitySettings {
    pub order: PopularityOrder,
    /// For `weighted`: with how many ratings an item's own mean weighs as much as that of all ratings. By default the
    /// quantile below.
    pub prior_ratings: Option<f64>,
    /// For `weighted`: the share of the rated items that have at most as many ratings as the prior is then worth.
    pub prior_quantile: f64,
    /// For `mean`: with fewer ratings an item is left out.
    pub at_least: u32,
}

/// The same items for everybody.
#[derive(Debug, Clone, PartialEq)]
pub struct Popularity {
    pub(crate) settings: PopularitySettings,
    pub(crate) counts: Vec<u32>,
    pub(crate) sums: Vec<f64>,
    scores: Vec<f32>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PopularItem {
    pub item: u32,
    pub count: u32,
    pub mean: f64,
    pub score: f32,
}

impl Default for PopularitySettings {
    fn default() -> Self {
        Self { order: PopularityOrder::Weighted, prior_ratings: None, prior_quantile: 0.9, at_least: 1000 }
    }
}

impl PopularitySettings {
    fn check(&self) -> Result<(), Error> {
        if !(0.0..=1.0).contains(&self.prior_quantile) {
            return Err(Error::Setting {
                setting: "prior_quantile",
                value: self.prior_quantile.to_string(),
                allowed: "from 0 to 1",
            });
        }
        match self.prior_ratings {
            Some(ratings) if !(0.0..f64::INFINITY).contains(&ratings) => Err(Error::Setting {
                setting: "prior_ratings",
                value: ratings.to_string(),
                allowed: "a finite number, not below 0",
            }),
            _ => Ok(()),
        }
    }
}

impl Popularity {
    pub fn fit(matrix: &RatingMatrix, settings: &PopularitySettings) -> Result<Self, Error> {
        let items = matrix.items();
        let counts = items.iter().map(|row| row.len() as u32).collect();
        let sum = |stars: &[f32]| stars.iter().map(|stars| f64::from(*stars)).sum();
        Self::from_parts(settings.clone(), counts, items.iter().map(|row| sum(row.values)).collect())
    }

    /// From how many ratings each item has, and their sum; both with an unused place 0.
    pub(crate) fn from_parts(
        settings: PopularitySettings,
        counts: Vec<u32>,
        sums: Vec<f64>,
    ) -> Result<Self, Error> {
        settings.check()?;
        let ratings: f64 = counts.iter().map(|count| f64::from(*count)).sum();
        if ratings == 0.0 {
            return Err(Error::NoRatings);
        }
        let mean = sums.iter().sum::<f64>() / ratings;
        let prior = settings.prior_ratings.unwrap_or_else(|| quantile(&counts, settings.prior_quantile));
        let score = |(count, sum): (&u32, &f64)| {
            let ratings = f64::from(*count);
            match settings.order {
                _ if *count == 0 => f32::NEG_INFINITY,
                PopularityOrder::Weighted => ((sum + prior * mean) / (ratings + prior)) as f32,
                PopularityOrder::Mean if *count < settings.at_least => f32::NEG_INFINITY,
                PopularityOrder::Mean => (sum / ratings) as f32,
                PopularityOrder::Count => ratings as f32,
            }
        };
        let scores = counts.iter().zip(&sums).map(score).collect();
        Ok(Self { settings, counts, sums, scores })
    }

    pub fn settings(&self) -> &PopularitySettings {
        &self.settings
    }

    /// How many have rated the item; 0 for one that does not exist.
    pub fn count(&self, item: u32) -> u32 {
        self.counts.get(item as usize).copied().unwrap_or(0)
    }

    /// The mean of the item's ratings, where it has any.
    pub fn mean(&self, item: u32) -> Option<f64> {
        let count = self.count(item);
        (count > 0).then(|| self.sums[item as usize] / f64::from(count))
    }

    /// The `k` most popular items, best first and of equals the smaller number; fewer where fewer are in the order.
    pub fn top(&self, k: usize) -> Vec<PopularItem> {
        let popular = |item: u32| {
            let mean = self.mean(item)?;
            Some(PopularItem { item, count: self.count(item), mean, score: self.scores[item as usize] })
        };
        let top = filmlens_evaluation::top_k(&self.scores, k, &[]);
        top.into_iter().filter_map(popular).take_while(|item| item.score > f32::NEG_INFINITY).collect()
    }
}

impl Recommender for Popularity {
    fn item_count(&self) -> u32 {
        self.scores.len() as u32 - 1
    }

    fn score(&self, _profile: Profile<'_>, scores: &mut [f32]) {
        scores.copy_from_slice(&self.scores);
    }
}

/// The smallest count that the share `quantile` of the rated items does not exceed.
fn quantile(counts: &[u32], quantile: f64) -> f64 {
    let mut counts: Vec<u32> = counts.iter().copied().filter(|count| *count > 0).collect();
    counts.sort_unstable();
    let place = (quantile * counts.len() as f64).ceil() as usize;
    counts.get(place.saturating_sub(1)).map_or(0.0, |count| f64::from(*count))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Item 1 has three ratings of 4, item 2 one of 5, item 3 two of 3, and item 4 none.
    fn fitted(settings: PopularitySettings) -> Popularity {
        let ratings = [(0, 1, 4.0), (1, 1, 4.0), (2, 1, 4.0), (0, 2, 5.0), (1, 3, 3.0), (2, 3, 3.0)];
        Popularity::fit(&RatingMatrix::new(3, 4, ratings.into_iter()), &settings).unwrap()
    }

    fn order(popularity: &Popularity) -> Vec<u32> {
        popularity.top(9).iter().map(|item| item.item).collect()
    }

    #[test]
    fn a_single_high_rating_does_not_outweigh_many_good_ones() {
        let settings = PopularitySettings { prior_ratings: Some(6.0), ..PopularitySettings::default() };
        let popularity = fitted(settings);
        // All ratings have the mean 23/6, so that item 1 has (12 + 23) / 9 and item 2 has (5 + 23) / 7.
        assert_eq!(order(&popularity), [2, 1, 3]);
        let top = popularity.top(2);
        assert_eq!(top[0], PopularItem { item: 2, count: 1, mean: 5.0, score: 4.0 });
        assert_eq!(top[1], PopularItem { item: 1, count: 3, mean: 4.0, score: 35.0 / 9.0 });
        let strict = PopularitySettings { prior_ratings: Some(60.0), ..PopularitySettings::default() };
        assert_eq!(fitted(strict).scores[2], (5.0 + 230.0) / 61.0);
    }

    #[test]
    fn the_prior_is_by_default_a_quantile_of_the_counts_of_rated_items() {
        assert_eq!(quantile(&[0, 3, 1, 2, 0], 0.9), 3.0);
        assert_eq!(quantile(&[0, 3, 1, 2, 0], 0.5), 2.0);
        assert_eq!(quantile(&[0, 3, 1, 2, 0], 0.0), 1.0);
        let given = PopularitySettings { prior_ratings: Some(3.0), ..PopularitySettings::default() };
        assert_eq!(fitted(PopularitySettings::default()).scores, fitted(given).scores);
    }

    #[test]
    fn the_plain_mean_leaves_out_what_few_have_rated() {
        let mean = |at_least| PopularitySettings {
            order: PopularityOrder::Mean,
            at_least,
            ..PopularitySettings::default()
        };
        assert_eq!(order(&fitted(mean(1))), [2, 1, 3]);
        assert_eq!(order(&fitted(mean(2))), [1, 3]);
        assert_eq!(order(&fitted(mean(4))), [0; 0]);
    }

    #[test]
    fn counts_alone_can_be_the_order() {
        let settings = PopularitySettings { order: PopularityOrder::Count, ..PopularitySettings::default() };
        let popularity = fitted(settings);
        assert_eq!(order(&popularity), [1, 3, 2]);
        let mut scores = [0.0; 5];
        popularity.score(Profile { items: &[], stars: &[] }, &mut scores);
        assert_eq!(scores, [f32::NEG_INFINITY, 3.0, 1.0, 2.0, f32::NEG_INFINITY]);
        assert_eq!((popularity.mean(4), popularity.mean(5), popularity.count(5)), (None, None, 0));
    }

    #[test]
    fn settings_without_sense_and_data_without_ratings_are_refused() {
        let fit = |settings| Popularity::fit(&RatingMatrix::new(1, 1, [(0, 1, 1.0)].into_iter()), &settings);
        for settings in [
            PopularitySettings { prior_quantile: f64::NAN, ..PopularitySettings::default() },
            PopularitySettings { prior_quantile: 1.1, ..PopularitySettings::default() },
            PopularitySettings { prior_ratings: Some(-1.0), ..PopularitySettings::default() },
            PopularitySettings { prior_ratings: Some(f64::INFINITY), ..PopularitySettings::default() },
        ] {
            assert!(matches!(fit(settings), Err(Error::Setting { .. })));
        }
        let empty = RatingMatrix::new(1, 1, std::iter::empty());
        let fitted = Popularity::fit(&empty, &PopularitySettings::default());
        assert!(matches!(fitted, Err(Error::NoRatings)));
    }
}
