use tch::{Device, Kind, Tensor};

/// Items that did not come next, as item numbers.
pub enum Negatives {
    None,
    /// The same for all positions of a batch, `[negatives]`, each item at most once.
    Shared(Tensor),
    /// Drawn for each position on its own, `[positions, negatives]`; may repeat, and may hit the target.
    OfEach(Tensor),
}

impl Negatives {
    pub(super) fn shared(items: i64, count: i64, device: Device) -> Self {
        let count = count.min(items);
        Self::Shared(Tensor::randperm(items, (Kind::Int64, device)).narrow(0, 0, count) + 1)
    }

    pub(super) fn of_each(items: i64, positions: i64, count: i64, device: Device) -> Self {
        Self::OfEach(Tensor::randint_low(1, items + 1, [positions, count], (Kind::Int64, device)))
    }
}
