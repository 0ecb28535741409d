//! Losses over a catalogue, with their gradients in closed form.
//!
//! Scores of every position against every item would fill gigabytes if automatic differentiation kept them. Each loss
//! here walks over the positions in chunks that stay in the cache, and hands back what flows into states and table.

mod full_softmax;
mod gbce;
mod negatives;
mod sampled_softmax;

use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor};

pub use negatives::Negatives;

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Loss {
    /// Cross-entropy over the whole catalogue.
    FullSoftmax {},
    /// Cross-entropy against negatives that a whole batch shares.
    SampledSoftmax {
        negatives: i64,
        /// Weigh the negatives up to the catalogue they stand for. Then the loss tends to the full one.
        #[serde(default)]
        corrected: bool,
    },
    /// gBCE: binary cross-entropy that makes up for the overconfidence which sampling causes.
    Gbce { negatives: i64, calibration: f64 },
}

/// Positions and what came next in each.
pub struct Examples<'a> {
    /// `[positions, dimension]`
    pub states: &'a Tensor,
    /// Item numbers, `[positions]`.
    pub targets: &'a Tensor,
    /// Item vectors; row = item number, and the last row pads.
    pub table: &'a Tensor,
}

/// A loss summed over the positions, and its gradients.
pub struct Gradients {
    /// A single number, left on its device.
    pub loss: Tensor,
    pub states: Tensor,
    pub table: Tensor,
}

impl Loss {
    /// Draws what the loss needs for a batch, from libtorch's generator.
    pub fn draw(&self, items: i64, positions: i64, device: tch::Device) -> Negatives {
        match self {
            Self::FullSoftmax {} => Negatives::None,
            Self::SampledSoftmax { negatives, .. } => Negatives::shared(items, *negatives, device),
            Self::Gbce { negatives, .. } => Negatives::of_each(items, positions, *negatives, device),
        }
    }

    /// The loss of some positions, summed.
    pub fn gradients(&self, examples: &Examples<'_>, negatives: &Negatives) -> Gradients {
        let _no_grad = tch::no_grad_guard();
        match (self, negatives) {
            (Self::FullSoftmax {}, Negatives::None) => full_softmax::gradients(examples),
            (Self::SampledSoftmax { corrected, .. }, Negatives::Shared(items)) => {
                sampled_softmax::gradients(examples, items, *corrected)
            }
            (Self::Gbce { calibration, .. }, Negatives::OfEach(items)) => {
                gbce::gradients(examples, items, *calibration)
            }
            _ => unreachable!("negatives are drawn by the loss that uses them"),
        }
    }
}

impl Examples<'_> {
    fn positions(&self) -> i64 {
        self.states.size()[0]
    }

    /// Items 1 to n stand in the rows 1 to n; rows 0 and n + 1 are no items.
    fn items(&self) -> i64 {
        self.table.size()[0] - 2
    }

    fn item_rows(&self) -> Tensor {
        self.table.narrow(0, 1, self.items())
    }
}

impl Gradients {
    fn zeros(examples: &Examples<'_>) -> Self {
        Self {
            loss: Tensor::zeros([], (Kind::Double, examples.states.device())),
            states: examples.states.zeros_like(),
            table: examples.table.zeros_like(),
        }
    }
}

/// Ranges of positions of which each fills about a cache with `width` numbers for each position.
fn chunks(positions: i64, width: i64, device: tch::Device) -> impl Iterator<Item = (i64, i64)> {
    let numbers = if device.is_cuda() { 1 << 27 } else { 1 << 21 };
    let size = (numbers / width.max(1)).clamp(16, 1 << 16);
    (0..positions).step_by(size as usize).map(move |start| (start, size.min(positions - start)))
}
