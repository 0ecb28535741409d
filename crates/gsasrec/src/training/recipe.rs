use serde::{Deserialize, Serialize};
use tch::Device;

use super::windows::{Batches, Coverage};
use crate::config::{BlockKind, ModelConfig, Positions};
use crate::loss::Loss;
use crate::{Dropout, Error, Start};

/// How to train a model: everything but the data. Written as TOML.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    pub model: Shape,
    pub loss: Loss,
    pub training: Schedule,
}

/// A [`ModelConfig`] without the catalogue, which comes with the data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shape {
    pub dimension: i64,
    pub heads: i64,
    pub blocks: usize,
    pub max_length: usize,
    pub feed_forward: i64,
    pub block: BlockKind,
    pub positions: Positions,
    pub shared_table: bool,
    pub scale_input: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    pub seed: u64,
    pub dropout: f64,
    #[serde(default)]
    pub attention_dropout: f64,
    pub batch_size: usize,
    pub learning_rate: f64,
    /// Of the optimizer's running mean of squared gradients.
    #[serde(default = "adam_default")]
    pub second_decay: f64,
    /// Steps in which the learning rate rises from 0.
    #[serde(default)]
    pub warm_up_steps: u64,
    /// The learning rate falls along a half cosine and ends here, as a share of `learning_rate`. 1 keeps it constant.
    #[serde(default = "constant")]
    pub final_rate: f64,
    pub epochs: u32,
    /// An epoch ends after so many batches, if the data does not end it before.
    #[serde(default)]
    pub batches_per_epoch: Option<usize>,
    pub validate_every: u32,
    /// Validations without a better nDCG@10 after which training stops.
    pub patience: u32,
    pub coverage: Coverage,
    #[serde(default)]
    pub batches: Batches,
    #[serde(default)]
    pub start: Start,
    pub validation: Validation,
    /// Validate and keep a running mean of the weights instead of the weights: the share that stays at each step.
    #[serde(default)]
    pub averaging: Option<f64>,
    #[serde(default)]
    pub precision: Precision,
}

/// Of the numbers between the item vectors and the states. Weights, gradients and losses are always single.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Precision {
    /// Mixed on a GPU, single on a CPU.
    #[default]
    Auto,
    Single,
    /// bfloat16
    Mixed,
}

impl Precision {
    pub(super) fn is_mixed(self, device: Device) -> bool {
        match self {
            Self::Auto => device.is_cuda(),
            Self::Single => false,
            Self::Mixed => true,
        }
    }
}

/// Whose next item decides when to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Validation {
    /// The users that the data set holds out.
    HeldOut,
    /// Everybody's second last item. Nobody is trained on it, and the figure is far less noisy.
    Everyone,
}

fn adam_default() -> f64 {
    0.999
}

fn constant() -> f64 {
    1.0
}

impl Recipe {
    pub fn parse(text: &str) -> Result<Self, Error> {
        let recipe: Self = toml::from_str(text).map_err(|source| Error::Recipe { source })?;
        recipe.check()?;
        Ok(recipe)
    }

    pub fn config(&self, items: u32) -> ModelConfig {
        let Shape { dimension, heads, blocks, max_length, feed_forward, block, positions, .. } = self.model;
        let Shape { shared_table, scale_input, .. } = self.model;
        ModelConfig {
            items,
            dimension,
            heads,
            blocks,
            max_length,
            feed_forward,
            block,
            positions,
            shared_table,
            scale_input,
        }
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        self.config(1).check()?;
        let training = &self.training;
        let share = |field, value: f64| {
            let reason = || "must lie between 0 and 1".to_owned();
            if (0.0..1.0).contains(&value) { Ok(()) } else { Err(Error::Config { field, reason: reason() }) }
        };
        share("training.dropout", training.dropout)?;
        share("training.attention_dropout", training.attention_dropout)?;
        share("training.second_decay", training.second_decay)?;
        share("training.averaging", training.averaging.unwrap_or(0.0))?;
        let share_or_all = |field, value: f64| {
            let reason = || "must lie between 0 and 1".to_owned();
            if (0.0..=1.0).contains(&value) { Ok(()) } else { Err(Error::Config { field, reason: reason() }) }
        };
        share_or_all("training.final_rate", training.final_rate)?;
        let at_least_1 = |field, value: u64| {
            let reason = || "must be at least 1".to_owned();
            if value > 0 { Ok(()) } else { Err(Error::Config { field, reason: reason() }) }
        };
        at_least_1("training.batch_size", training.batch_size as u64)?;
        at_least_1("training.epochs", training.epochs.into())?;
        at_least_1("training.validate_every", training.validate_every.into())?;
        at_least_1("training.patience", training.patience.into())?;
        at_least_1("training.batches_per_epoch", training.batches_per_epoch.unwrap_or(1) as u64)?;
        let negatives = match self.loss {
            Loss::FullSoftmax {} => 1,
            Loss::SampledSoftmax { negatives, .. } | Loss::Gbce { negatives, .. } => negatives,
        };
        at_least_1("loss.negatives", negatives.max(0) as u64)?;
        if let Loss::Gbce { calibration, .. } = self.loss {
            share_or_all("loss.calibration", calibration)?;
        }
        if !(training.learning_rate > 0.0 && training.learning_rate.is_finite()) {
            let reason = "must be a number above 0".to_owned();
            return Err(Error::Config { field: "training.learning_rate", reason });
        }
        Ok(())
    }
}

impl Schedule {
    pub fn dropout(&self) -> Dropout {
        Dropout { states: self.dropout, attention: self.attention_dropout }
    }

    /// Of the step with this number, the first one being 0.
    pub fn learning_rate_at(&self, step: u64, steps_in_all: u64) -> f64 {
        if step < self.warm_up_steps {
            return self.learning_rate * (step + 1) as f64 / self.warm_up_steps as f64;
        }
        let falling = steps_in_all.saturating_sub(self.warm_up_steps).max(1);
        let done = ((step - self.warm_up_steps) as f64 / falling as f64).min(1.0);
        let height = 0.5 * (1.0 + (std::f64::consts::PI * done).cos());
        self.learning_rate * (self.final_rate + (1.0 - self.final_rate) * height)
    }
}
