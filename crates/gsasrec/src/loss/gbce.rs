use tch::{Kind, Tensor};

use super::{Examples, Gradients, chunks};

/// When the catalogue is at most so many times larger than the negatives of a position, scoring all of it by one
/// matrix product is cheaper than fetching the vector of each negative.
const DENSE_UP_TO: i64 = 64;

/// `negatives`: `[positions, negatives]`. The loss of a position is the mean over its target and its negatives.
///
/// The reference turns the target's score s into log(1 / (σ(s)^−β − 1)) before the binary cross-entropy. What comes out
/// is −β·log σ(s); this form needs no clamps.
pub(super) fn gradients(examples: &Examples<'_>, negatives: &Tensor, calibration: f64) -> Gradients {
    let mut result = Gradients::zeros(examples);
    let count = negatives.size()[1];
    let beta = beta(examples.items(), count, calibration);
    let share = 1.0 / (count as f64 + 1.0);
    let is_dense = examples.items() <= DENSE_UP_TO * count;
    let dimension = examples.table.size()[1];
    let width = if is_dense { examples.items() } else { count * dimension };
    for (start, length) in chunks(examples.positions(), width, examples.table.device()) {
        let states = examples.states.narrow(0, start, length);
        let targets = examples.targets.narrow(0, start, length);
        let own = examples.table.index_select(0, &targets);
        let own_score = (&states * &own).sum_dim_intlist(1, true, Kind::Float);
        result.loss -= own_score.log_sigmoid().sum(Kind::Double) * (beta * share);
        let pull = (own_score.neg().sigmoid()) * (-beta * share);

        let chunk = Chunk { states: &states, negatives: &negatives.narrow(0, start, length), share };
        let push =
            if is_dense { chunk.dense(examples, &mut result) } else { chunk.fetched(examples, &mut result) };
        result.states.narrow(0, start, length).copy_(&(push + &pull * &own));
        let _ = result.table.index_add_(0, &targets, &(pull * &states));
    }
    result
}

/// By how much the target's part is damped: 1 without calibration (t = 0), the sampling rate with all of it (t = 1).
fn beta(items: i64, negatives: i64, calibration: f64) -> f64 {
    let rate = negatives as f64 / (items - 1).max(1) as f64;
    rate * (calibration * (1.0 - 1.0 / rate) + 1.0 / rate)
}

struct Chunk<'a> {
    states: &'a Tensor,
    negatives: &'a Tensor,
    share: f64,
}

impl Chunk<'_> {
    /// Adds the loss and the table's gradient; returns what the negatives do to the states.
    fn dense(&self, examples: &Examples<'_>, result: &mut Gradients) -> Tensor {
        let items = examples.item_rows();
        let columns = self.negatives - 1;
        let all = self.states.mm(&items.tr());
        let scores = all.gather(1, &columns, false);
        result.loss += softplus_sum(&scores) * self.share;
        let weights = all.zeros_like().scatter_add_(1, &columns, &(scores.sigmoid() * self.share));
        let _ = result.table.narrow(0, 1, examples.items()).addmm_(&weights.tr(), self.states);
        weights.mm(&items)
    }

    fn fetched(&self, examples: &Examples<'_>, result: &mut Gradients) -> Tensor {
        let dimension = examples.table.size()[1];
        let rows = self.negatives.flatten(0, 1);
        let [positions, count] = self.negatives.size()[..] else { unreachable!("negatives are a matrix") };
        let vectors = examples.table.index_select(0, &rows).view([positions, count, dimension]);
        let scores = vectors.bmm(&self.states.unsqueeze(2)).squeeze_dim(2);
        result.loss += softplus_sum(&scores) * self.share;
        let weights = scores.sigmoid() * self.share;
        let push = weights.unsqueeze(1).bmm(&vectors).squeeze_dim(1);
        let pushed = (weights.unsqueeze(2) * self.states.unsqueeze(1)).view([positions * count, dimension]);
        let _ = result.table.index_add_(0, &rows, &pushed);
        push
    }
}

/// Of −log(1 − σ(s)).
fn softplus_sum(scores: &Tensor) -> Tensor {
    scores.neg().log_sigmoid().sum(Kind::Double).neg()
}
