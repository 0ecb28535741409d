use std::collections::BTreeMap;

use serde::Serialize;

use crate::bootstrap::{Interval, UserSums, percentile_interval};
use crate::rating::Resampling;
use crate::rating::errors::ErrorSums;
use crate::rating::model::Fold;

/// The figures of all folds' ratings together.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Overall {
    pub rmse: Figure,
    pub mae: Figure,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Figure {
    pub value: f64,
    #[serde(flatten)]
    pub interval: Option<Interval>,
}

/// All folds' ratings together, and as each resample of the users has them.
#[derive(Debug, Clone)]
pub(super) struct Pooled {
    value: Errors,
    resampled: Vec<Errors>,
}

#[derive(Debug, Clone, Copy)]
struct Errors {
    rmse: f64,
    mae: f64,
}

impl Pooled {
    /// One for each model; all must have been tested on the same ratings. They share the resamples, whose drawing takes
    /// longer than summing up.
    pub(super) fn of_all(models: &[&[Fold]], resampling: &Resampling) -> Vec<Self> {
        let mut users = BTreeMap::<u32, Vec<ErrorSums>>::new();
        for (index, folds) in models.iter().enumerate() {
            for (user, sums) in folds.iter().flat_map(|fold| fold.errors.users()) {
                let of_user = users.entry(*user).or_insert_with(|| vec![ErrorSums::default(); models.len()]);
                of_user[index].add(*sums);
            }
        }
        let mut by_user = UserSums::new(2 * models.len());
        for of_user in users.values() {
            by_user.add_user();
            for (index, sums) in of_user.iter().enumerate() {
                by_user.add_sum(2 * index, sums.squared, sums.ratings as f64);
                by_user.add_sum(2 * index + 1, sums.absolute, sums.ratings as f64);
            }
        }
        let (sums, counts) = by_user.totals();
        let means: Vec<f64> = sums.iter().zip(counts).map(|(sum, count)| sum / count).collect();
        let resampled = by_user.resampled_means(resampling.resamples, resampling.seed);
        let errors =
            |means: &[f64], model: usize| Errors { rmse: means[2 * model].sqrt(), mae: means[2 * model + 1] };
        let of_model = |model: usize| Self {
            value: errors(&means, model),
            resampled: resampled.iter().map(|means| errors(means, model)).collect(),
        };
        (0..models.len()).map(of_model).collect()
    }

    pub(super) fn overall(&self, confidence: f64) -> Overall {
        let figure = |part: fn(&Errors) -> f64| Figure {
            value: part(&self.value),
            interval: percentile_interval(self.resampled.iter().map(part), confidence),
        };
        Overall { rmse: figure(|errors| errors.rmse), mae: figure(|errors| errors.mae) }
    }

    /// How far this is above `base`, resample by resample, so that what is hard for both cancels out.
    pub(super) fn less(&self, base: &Self) -> Self {
        let less =
            |one: &Errors, base: &Errors| Errors { rmse: one.rmse - base.rmse, mae: one.mae - base.mae };
        let pairs = self.resampled.iter().zip(&base.resampled);
        Self {
            value: less(&self.value, &base.value),
            resampled: pairs.map(|(one, base)| less(one, base)).collect(),
        }
    }
}
