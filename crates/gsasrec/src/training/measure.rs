use std::time::Instant;

use filmlens_datasets::sequences::Interactions;
use tch::Device;

use super::adam::Adam;
use super::recipe::Recipe;
use super::step::{How, slope};
use super::windows::{EpochPlan, Window};
use crate::{Error, Model, Parameters};

/// How fast a machine trains.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    pub steps: usize,
    /// Targets that were learned from.
    pub positions: usize,
    pub seconds: f64,
    /// Of the last step.
    pub loss: f64,
}

/// Trains on whole histories for one epoch and times its steps alone: nothing is validated, saved or kept.
pub fn measure(
    interactions: &Interactions,
    recipe: &Recipe,
    warm_up: usize,
    device: Device,
) -> Result<Pace, Error> {
    recipe.check()?;
    let schedule = &recipe.training;
    let config = recipe.config(interactions.item_count());
    config.check()?;
    let lengths: Vec<u32> = interactions.histories().map(|history| history.len() as u32).collect();
    if lengths.iter().all(|length| *length < 2) {
        return Err(Error::NothingToTrain);
    }
    let plan = EpochPlan {
        training: &lengths,
        max_length: config.max_length,
        coverage: schedule.coverage,
        batches: schedule.batches,
        batch_size: schedule.batch_size,
        seed: schedule.seed,
    };
    let how = How {
        loss: recipe.loss,
        dropout: schedule.dropout(),
        is_mixed: schedule.precision.is_mixed(device),
        divisor: plan.divisor(),
    };
    let model = Model::new(config.clone(), Parameters::draw(&config, schedule.start, schedule.seed, device));
    let mut adam = Adam::new(model.parameters(), schedule.second_decay);
    let epoch = plan.epoch(0);
    let mut step = |windows: &[Window]| {
        let slope = slope(&model, interactions, windows, &how);
        adam.step(model.parameters(), &slope.gradients, schedule.learning_rate);
        (slope.positions, slope.loss.double_value(&[]))
    };
    for index in 0..warm_up.min(epoch.batch_count()) {
        step(epoch.batch(index));
    }
    let started = Instant::now();
    let mut pace = Pace { steps: epoch.batch_count(), positions: 0, seconds: 0.0, loss: 0.0 };
    for index in 0..epoch.batch_count() {
        let (positions, loss) = step(epoch.batch(index));
        pace.positions += positions;
        pace.loss = loss;
    }
    pace.seconds = started.elapsed().as_secs_f64();
    Ok(pace)
}
