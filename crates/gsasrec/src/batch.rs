use tch::{Device, Kind, Tensor};

use crate::config::{ModelConfig, Positions};

/// Histories side by side, each cut to its newest items and padded on the right to the longest of them.
pub struct Batch {
    items: Tensor,
    positions: Tensor,
    lengths: Tensor,
    is_even: bool,
}

impl Batch {
    /// No history may be empty, and every item number must be one of the model.
    pub fn new(config: &ModelConfig, histories: &[&[u32]], device: Device) -> Self {
        let windows: Vec<&[u32]> = histories
            .iter()
            .map(|history| &history[history.len().saturating_sub(config.max_length)..])
            .collect();
        let width = windows.iter().map(|window| window.len()).max().unwrap_or(0);
        let mut items = Vec::with_capacity(windows.len() * width);
        let mut positions = Vec::with_capacity(windows.len() * width);
        for window in &windows {
            let first = match config.positions {
                Positions::FromEnd => config.max_length - window.len(),
                Positions::FromStart => 0,
            };
            let last_position = config.max_length as i64 - 1;
            items.extend(window.iter().map(|item| i64::from(*item)));
            items.resize(items.len() + width - window.len(), config.padding());
            positions.extend((0..width as i64).map(|slot| (slot + first as i64).min(last_position)));
        }
        let shape = [windows.len() as i64, width as i64];
        let lengths: Vec<i64> = windows.iter().map(|window| window.len() as i64).collect();
        let place = |values: &[i64]| Tensor::from_slice(values).to_device(device);
        Self {
            items: place(&items).view(shape),
            positions: place(&positions).view(shape),
            is_even: lengths.iter().all(|length| *length == width as i64),
            lengths: place(&lengths),
        }
    }

    pub(crate) fn items(&self) -> &Tensor {
        &self.items
    }

    pub(crate) fn positions(&self) -> &Tensor {
        &self.positions
    }

    pub(crate) fn lengths(&self) -> &Tensor {
        &self.lengths
    }

    pub(crate) fn is_even(&self) -> bool {
        self.is_even
    }

    /// True where a slot holds an item, `[rows, slots]`.
    pub(crate) fn occupied(&self) -> Tensor {
        let slots = Tensor::arange(self.items.size()[1], (Kind::Int64, self.items.device()));
        slots.unsqueeze(0).lt_tensor(&self.lengths.unsqueeze(1))
    }
}
