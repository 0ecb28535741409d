use serde::{Deserialize, Serialize};

use crate::{Error, Profile, Recommender};

const SECONDS_A_DAY: f64 = 86_400.0;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TrendingSettings {
    /// After how many days a rating counts half.
    pub half_life_days: f64,
}

/// What is being rated now: each rating counts less the older it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Trending {
    pub(crate) settings: TrendingSettings,
    /// What the ratings of each item count at the time of the newest of all.
    pub(crate) weights: Vec<f64>,
    pub(crate) newest: i64,
    pub(crate) now: i64,
    scores: Vec<f32>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrendingItem {
    pub item: u32,
    /// How many ratings of this moment the item's ratings count as much as.
    pub weight: f64,
}

impl Default for TrendingSettings {
    fn default() -> Self {
        Self { half_life_days: 30.0 }
    }
}

impl TrendingSettings {
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.half_life_days > 0.0 && self.half_life_days.is_finite() {
            return Ok(());
        }
        Err(Error::Setting {
            setting: "half_life_days",
            value: self.half_life_days.to_string(),
            allowed: "a finite number above 0",
        })
    }

    /// What a rating counts after so many seconds.
    fn decay(&self, seconds: i64) -> f64 {
        (-(seconds as f64) / SECONDS_A_DAY / self.half_life_days).exp2()
    }
}

impl Trending {
    /// Takes (item, time in seconds) in any order. Ratings after `now` do not count.
    ///
    /// # Panics
    /// When an item is 0 or above `item_count`.
    pub fn fit(
        item_count: u32,
        ratings: impl Iterator<Item = (u32, i64)> + Clone,
        now: i64,
        settings: &TrendingSettings,
    ) -> Result<Self, Error> {
        settings.check()?;
        let counted = || ratings.clone().filter(|(_, time)| *time <= now);
        let newest = counted().map(|(_, time)| time).max().ok_or(Error::NoRatings)?;
        // Against the newest rating rather than now, so that old data does not fade to nothing.
        let mut weights = vec![0.0; item_count as usize + 1];
        for (item, time) in counted() {
            assert!(item > 0, "items are numbered from 1");
            weights[item as usize] += settings.decay(newest.saturating_sub(time));
        }
        Ok(Self::from_parts(settings.clone(), weights, newest, now))
    }

    pub(crate) fn from_parts(settings: TrendingSettings, weights: Vec<f64>, newest: i64, now: i64) -> Self {
        let score = |weight: &f64| if *weight > 0.0 { *weight as f32 } else { f32::NEG_INFINITY };
        let scores = weights.iter().map(score).collect();
        Self { settings, weights, newest, now, scores }
    }

    pub fn settings(&self) -> &TrendingSettings {
        &self.settings
    }

    /// The moment that it was made for.
    pub fn now(&self) -> i64 {
        self.now
    }

    /// The `k` items that trend most, best first and of equals the smaller number; fewer where fewer were rated.
    pub fn top(&self, k: usize) -> Vec<TrendingItem> {
        let faded = self.settings.decay(self.now.saturating_sub(self.newest));
        let top = filmlens_evaluation::top_k(&self.scores, k, &[]).into_iter();
        top.take_while(|item| self.scores[*item as usize] > f32::NEG_INFINITY)
            .map(|item| TrendingItem { item, weight: self.weights[item as usize] * faded })
            .collect()
    }
}

impl Recommender for Trending {
    fn item_count(&self) -> u32 {
        self.scores.len() as u32 - 1
    }

    /// What the ratings of each item counted at the time of the newest: time fades all of them alike.
    fn score(&self, _profile: Profile<'_>, scores: &mut [f32]) {
        scores.copy_from_slice(&self.scores);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;

    fn fitted(ratings: &[(u32, i64)], now: i64) -> Trending {
        let settings = TrendingSettings { half_life_days: 10.0 };
        Trending::fit(3, ratings.iter().copied(), now, &settings).unwrap()
    }

    fn items(trending: &Trending) -> Vec<u32> {
        trending.top(9).iter().map(|item| item.item).collect()
    }

    #[test]
    fn a_rating_counts_half_after_each_half_life() {
        let trending = fitted(&[(1, 0), (2, 20 * DAY), (1, 10 * DAY)], 20 * DAY);
        assert_eq!(
            trending.top(9),
            [TrendingItem { item: 2, weight: 1.0 }, TrendingItem { item: 1, weight: 0.75 }]
        );
        let later = fitted(&[(1, 0), (2, 20 * DAY), (1, 10 * DAY)], 30 * DAY);
        assert_eq!(later.top(1), [TrendingItem { item: 2, weight: 0.5 }]);
        let mut scores = [0.0; 4];
        later.score(Profile { items: &[], stars: &[] }, &mut scores);
        assert_eq!(scores, [f32::NEG_INFINITY, 0.75, 1.0, f32::NEG_INFINITY]);
    }

    #[test]
    fn what_was_rated_after_the_given_moment_is_not_known_yet() {
        let ratings = [(1, 0), (2, 5), (2, 6), (3, 7)];
        assert_eq!(items(&fitted(&ratings, 6)), [2, 1]);
        assert_eq!(items(&fitted(&ratings, 0)), [1]);
        let settings = TrendingSettings::default();
        assert!(matches!(Trending::fit(3, ratings.into_iter(), -1, &settings), Err(Error::NoRatings)));
    }

    #[test]
    fn data_of_long_ago_is_still_ranked() {
        assert_eq!(items(&fitted(&[(1, 0), (3, DAY), (3, DAY)], 100_000 * DAY)), [3, 1]);
    }

    #[test]
    fn a_half_life_must_be_a_time() {
        for half_life_days in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let fitted = Trending::fit(1, [(1, 0)].into_iter(), 0, &TrendingSettings { half_life_days });
            assert!(matches!(fitted, Err(Error::Setting { .. })));
        }
    }
}
