use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use filmlens_datasets::sequences::{Case, Interactions};
use tch::{Device, Kind};

use super::adam::Adam;
use super::checkpoint::{Checkpoint, State};
use super::progress::{Best, CurvePoint, Progress};
use super::recipe::Recipe;
use super::step::{How, slope};
use super::validation::validate;
use super::windows::EpochPlan;
use crate::{Error, Model, ModelConfig, Parameters};

pub struct TrainingData<'a> {
    pub interactions: &'a Interactions,
    /// For each user, how many of the first items are for training.
    pub training: &'a [u32],
    pub validation: &'a [Case],
    /// Of the data and how it was split: a training goes on from a checkpoint of the same alone.
    pub fingerprint: &'a str,
}

pub struct Training<'a> {
    data: TrainingData<'a>,
    recipe: &'a Recipe,
    config: ModelConfig,
    device: Device,
    checkpoint: Option<Checkpoint>,
    checkpoint_every: Duration,
}

/// What is told about a training while it runs.
pub enum Event<'a> {
    /// Once, before the first batch; `progress` is not at its beginning where a checkpoint was found. An epoch may turn
    /// out to have a few batches more or less.
    Started {
        parameters: usize,
        batches_of_an_epoch: usize,
        progress: &'a Progress,
    },
    Batch {
        positions: usize,
        progress: &'a Progress,
    },
    /// Now and then while a validation goes on.
    Validating {
        done: usize,
        of: usize,
    },
    Epoch {
        point: CurvePoint,
        is_best: bool,
        progress: &'a Progress,
    },
}

pub enum Outcome {
    /// With the weights that validated best.
    Finished { model: Box<Model>, progress: Progress },
    /// The observer asked for it. The checkpoint holds everything that was done.
    Interrupted,
}

impl<'a> Training<'a> {
    pub fn new(data: TrainingData<'a>, recipe: &'a Recipe, device: Device) -> Result<Self, Error> {
        if data.training.iter().all(|count| *count < 2) {
            return Err(Error::NothingToTrain);
        }
        if data.validation.is_empty() {
            return Err(Error::NothingToValidate);
        }
        let config = recipe.config(data.interactions.item_count());
        config.check()?;
        let checkpoint_every = Duration::from_secs(60);
        Ok(Self { data, recipe, config, device, checkpoint: None, checkpoint_every })
    }

    /// Saves what is done there now and then, and goes on from it when it is there already.
    pub fn with_checkpoint(mut self, path: &Path, every: Duration) -> Self {
        let recipe = toml::to_string(self.recipe).expect("a recipe has a TOML form");
        let purpose = format!("{}\n{recipe}", self.data.fingerprint);
        self.checkpoint = Some(Checkpoint::new(path, purpose));
        self.checkpoint_every = every;
        self
    }

    /// Trains until the recipe's end, or until the observer breaks it off.
    pub fn run(&self, mut observe: impl FnMut(Event<'_>) -> ControlFlow<()>) -> Result<Outcome, Error> {
        let schedule = &self.recipe.training;
        let plan = self.plan();
        let batches = self.batches_of_an_epoch(&plan);
        let how = How {
            loss: self.recipe.loss,
            dropout: schedule.dropout(),
            is_mixed: schedule.precision.is_mixed(self.device),
            divisor: plan.divisor(),
        };
        let steps_in_all = batches as u64 * u64::from(schedule.epochs);
        let mut state = self.load_or_start()?;
        let model = Model::new(self.config.clone(), state.parameters.share());
        let mut clock = Clock::new(state.progress.seconds);
        let parameters = state.parameters.count();
        let started = Event::Started { parameters, batches_of_an_epoch: batches, progress: &state.progress };
        if observe(started).is_break() {
            return Ok(Outcome::Interrupted);
        }

        while state.progress.epoch < schedule.epochs
            && state.progress.validations_without_better() < schedule.patience
        {
            let epoch = plan.epoch(state.progress.epoch);
            // Where borders move from epoch to epoch, some have a batch more than others.
            let batches = schedule.batches_per_epoch.unwrap_or(usize::MAX).min(epoch.batch_count());
            while state.progress.batch < batches {
                // What chance decides in a step depends on its number alone, so that a resumed training repeats it.
                tch::manual_seed(seed_of_step(schedule.seed, state.progress.steps));
                let rate = schedule.learning_rate_at(state.progress.steps, steps_in_all);
                let windows = epoch.batch(state.progress.batch);
                let slope = slope(&model, self.data.interactions, windows, &how);
                let loss = slope.loss.double_value(&[]);
                if !loss.is_finite() {
                    return Err(Error::Diverged { step: state.progress.steps, loss });
                }
                state.adam.step(&state.parameters, &slope.gradients, rate);
                state.average(schedule.averaging);
                let progress = &mut state.progress;
                progress.loss_sum += loss * slope.positions as f64;
                progress.loss_positions += slope.positions as u64;
                progress.batch += 1;
                progress.steps += 1;
                progress.seconds = clock.seconds();
                let flow = observe(Event::Batch { positions: slope.positions, progress });
                if flow.is_break() {
                    self.save(&state)?;
                    return Ok(Outcome::Interrupted);
                }
                if clock.is_due(self.checkpoint_every) {
                    self.save(&state)?;
                }
            }
            let Some((point, is_best)) = self.finish_epoch(&mut state, &mut observe, steps_in_all) else {
                self.save(&state)?;
                return Ok(Outcome::Interrupted);
            };
            state.progress.seconds = clock.seconds();
            if point.validation.is_some() {
                self.save(&state)?;
                clock.restart();
            }
            if observe(Event::Epoch { point, is_best, progress: &state.progress }).is_break() {
                self.save(&state)?;
                return Ok(Outcome::Interrupted);
            }
        }
        let State { parameters, best, progress, .. } = state;
        let model = Model::new(self.config.clone(), best.unwrap_or(parameters).snapshot());
        Ok(Outcome::Finished { model: Box::new(model), progress })
    }

    fn plan(&self) -> EpochPlan<'_> {
        let schedule = &self.recipe.training;
        EpochPlan {
            training: self.data.training,
            max_length: self.config.max_length,
            coverage: schedule.coverage,
            batches: schedule.batches,
            batch_size: schedule.batch_size,
            seed: schedule.seed,
        }
    }

    fn batches_of_an_epoch(&self, plan: &EpochPlan<'_>) -> usize {
        let all = plan.epoch(0).batch_count();
        self.recipe.training.batches_per_epoch.map_or(all, |limit| limit.min(all))
    }

    fn load_or_start(&self) -> Result<State, Error> {
        let schedule = &self.recipe.training;
        let saved = match &self.checkpoint {
            Some(checkpoint) => checkpoint.load(&self.config, schedule.second_decay, self.device)?,
            None => None,
        };
        if let Some(state) = saved {
            return Ok(state);
        }
        let parameters = Parameters::draw(&self.config, schedule.start, schedule.seed, self.device);
        Ok(State {
            adam: Adam::new(&parameters, schedule.second_decay),
            averaged: schedule.averaging.map(|_| parameters.snapshot()),
            best: None,
            progress: Progress::default(),
            parameters,
        })
    }

    /// `None` when the observer broke the validation off; it starts over when the training goes on.
    fn finish_epoch(
        &self,
        state: &mut State,
        observe: &mut impl FnMut(Event<'_>) -> ControlFlow<()>,
        steps_in_all: u64,
    ) -> Option<(CurvePoint, bool)> {
        let schedule = &self.recipe.training;
        let number = state.progress.epoch + 1;
        let is_time = number.is_multiple_of(schedule.validate_every) || number == schedule.epochs;
        let mut validation = None;
        if is_time {
            let parameters = state.averaged.as_ref().unwrap_or(&state.parameters).share();
            let model = Model::new(self.config.clone(), parameters);
            let goes_on = |done, of| observe(Event::Validating { done, of }).is_continue();
            validation = Some(validate(&model, self.data.interactions, self.data.validation, goes_on)?);
        }
        let point = CurvePoint {
            epoch: number,
            steps: state.progress.steps,
            loss: state.progress.loss(),
            learning_rate: schedule.learning_rate_at(state.progress.steps.saturating_sub(1), steps_in_all),
            validation,
        };
        let best = state.progress.best;
        let better =
            validation.filter(|quality| best.is_none_or(|best| quality.ndcg_at_10 > best.quality.ndcg_at_10));
        if let Some(quality) = better {
            state.progress.best = Some(Best { epoch: number, quality });
            state.best = Some(state.averaged.as_ref().unwrap_or(&state.parameters).snapshot());
        }
        let progress = &mut state.progress;
        progress.curve.push(point);
        progress.epoch = number;
        (progress.batch, progress.loss_sum, progress.loss_positions) = (0, 0.0, 0);
        Some((point, better.is_some()))
    }

    fn save(&self, state: &State) -> Result<(), Error> {
        self.checkpoint.as_ref().map_or(Ok(()), |checkpoint| checkpoint.save(state))
    }
}

impl State {
    fn average(&mut self, share: Option<f64>) {
        let (Some(averaged), Some(share)) = (&self.averaged, share) else { return };
        let _no_grad = tch::no_grad_guard();
        // The first weights are noise and had better be forgotten soon.
        let steps = self.progress.steps as f64;
        let share = share.min((1.0 + steps) / (10.0 + steps));
        for (mean, current) in averaged.tensors().zip(self.parameters.tensors()) {
            let _ = mean.shallow_clone().lerp_(&current.to_kind(Kind::Float), 1.0 - share);
        }
    }
}

/// Neighbouring numbers give unrelated seeds (splitmix64).
fn seed_of_step(seed: u64, step: u64) -> i64 {
    let mut mixed = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(step);
    for factor in [0xbf58_476d_1ce4_e5b9, 0x94d0_49bb_1331_11eb] {
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(factor);
    }
    (mixed ^ (mixed >> 31)) as i64
}

struct Clock {
    before: f64,
    started: Instant,
    saved: Instant,
}

impl Clock {
    fn new(before: f64) -> Self {
        Self { before, started: Instant::now(), saved: Instant::now() }
    }

    /// Of this training, those before an interruption included.
    fn seconds(&self) -> f64 {
        self.before + self.started.elapsed().as_secs_f64()
    }

    fn is_due(&mut self, every: Duration) -> bool {
        let due = self.saved.elapsed() >= every;
        if due {
            self.restart();
        }
        due
    }

    fn restart(&mut self) {
        self.saved = Instant::now();
    }
}
