use filmlens_collaborative::RatingMatrix;
use filmlens_datasets::ratings::Ratings;
use filmlens_evaluation::rating::{Fold, RatingErrors, Scale};
use filmlens_program::Interrupt;
use indicatif::ProgressBar;
use rayon::prelude::*;

use super::folds::Dealing;
use crate::hyper_parameters::HyperParameters;
use crate::rating_models::{RatingModel, Task};
use crate::watch::{OnBar, bar, from_training};

/// Runs models over the same folds.
pub(crate) struct Runner<'a> {
    pub(crate) ratings: &'a Ratings,
    pub(crate) dealing: &'a Dealing,
    pub(crate) settings: &'a HyperParameters,
    pub(crate) interrupt: Interrupt,
}

impl Runner<'_> {
    pub(crate) fn run(&self, model: &RatingModel) -> anyhow::Result<Vec<Fold>> {
        let bar = bar(self.dealing.count.into(), model.name);
        let fold = |part: u8| self.fold(model, part, &bar);
        let folds: anyhow::Result<Vec<Fold>> = if model.is_sequential {
            (0..self.dealing.count).into_par_iter().map(fold).collect()
        } else {
            (0..self.dealing.count).map(fold).collect()
        };
        bar.finish_and_clear();
        folds
    }

    fn fold(&self, model: &RatingModel, part: u8, bar: &ProgressBar) -> anyhow::Result<Fold> {
        self.interrupt.check()?;
        let (users, items) = (self.ratings.user_count(), self.ratings.item_count());
        let training = self.ratings.triplets(|place| !self.dealing.is_held_out(place, part));
        let training = RatingMatrix::new(users, items, training);
        let held_out = || self.ratings.triplets(|place| self.dealing.is_held_out(place, part));
        let asked: Vec<(u32, u32)> = held_out().map(|(user, item, _)| (user, item)).collect();
        let task = Task { training: &training, asked: &asked, settings: self.settings };
        let predictions = model.run(&task, &mut OnBar::new(bar, &self.interrupt)).map_err(from_training)?;
        let mut errors = RatingErrors::new(Scale::MOVIELENS);
        for ((user, _, truth), prediction) in held_out().zip(&predictions.stars) {
            errors.add(user, *prediction, truth)?;
        }
        Ok(Fold { errors, training: predictions.training, prediction: predictions.prediction })
    }
}
