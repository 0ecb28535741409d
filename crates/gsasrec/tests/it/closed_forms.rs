//! Losses and gradients against the plain formula under automatic differentiation, in double precision.

use filmlens_gsasrec::loss::{Examples, Gradients, Loss, Negatives};
use tch::{Device, Kind, Tensor};

use crate::setup::{Chance, assert_close, assert_tensors_close};

struct Problem {
    states: Tensor,
    targets: Tensor,
    table: Tensor,
}

#[derive(Clone, Copy)]
struct Size {
    items: i64,
    positions: i64,
    dimension: i64,
}

impl Problem {
    fn draw(chance: &Chance, Size { items, positions, dimension }: Size) -> Self {
        Self {
            states: chance.normal(&[positions, dimension]),
            targets: chance.item_numbers(items, &[positions]),
            table: chance.normal(&[items + 2, dimension]),
        }
    }

    fn closed_form(&self, loss: Loss, negatives: &Negatives) -> Gradients {
        let Self { states, targets, table } = self;
        loss.gradients(&Examples { states, targets, table }, negatives)
    }

    /// `formula` takes states, table and the scores of the targets as a column.
    fn automatic(&self, formula: impl Fn(&Tensor, &Tensor, &Tensor) -> Tensor) -> Gradients {
        let leaf = |tensor: &Tensor| tensor.to_kind(Kind::Double).set_requires_grad(true);
        let (states, table) = (leaf(&self.states), leaf(&self.table));
        let own = (&states * table.index_select(0, &self.targets)).sum_dim_intlist(1, true, Kind::Double);
        let loss = formula(&states, &table, &own);
        let mut gradients = Tensor::run_backward(&[&loss], &[&states, &table], false, false);
        let table = gradients.remove(1);
        Gradients { loss: loss.detach(), states: gradients.remove(0), table }
    }

    #[track_caller]
    fn compare(
        &self,
        loss: Loss,
        negatives: &Negatives,
        formula: impl Fn(&Tensor, &Tensor, &Tensor) -> Tensor,
    ) {
        let (found, expected) = (self.closed_form(loss, negatives), self.automatic(formula));
        let [found_loss, expected_loss] = [&found, &expected].map(|of| of.loss.double_value(&[]));
        assert_close(&[found_loss], &[expected_loss], 1e-5, "loss");
        assert_tensors_close(&found.states, &expected.states, 1e-4, "gradients of the states");
        assert_tensors_close(&found.table, &expected.table, 1e-4, "gradients of the table");
    }
}

fn item_rows(table: &Tensor) -> Tensor {
    table.narrow(0, 1, table.size()[0] - 2)
}

/// A few positions, and so many that they are computed in several chunks.
fn sizes(items: i64, many: i64, dimension: i64) -> [Size; 2] {
    [Size { items: 20, positions: 7, dimension: 5 }, Size { items, positions: many, dimension }]
}

#[test]
fn the_full_softmax_follows_from_its_formula() {
    let chance = Chance::seeded(1);
    for size in sizes(40_000, 120, 3) {
        let problem = Problem::draw(&chance, size);
        problem.compare(Loss::FullSoftmax {}, &Negatives::None, |states, table, own| {
            let all = states.mm(&item_rows(table).tr());
            (all.logsumexp([1_i64], true) - own).sum(Kind::Double)
        });
    }
}

#[test]
fn the_sampled_softmax_follows_from_its_formula() {
    let chance = Chance::seeded(2);
    for (size, count) in sizes(900, 9000, 3).into_iter().zip([6, 300]) {
        for corrected in [false, true] {
            let problem = Problem::draw(&chance, size);
            let loss = Loss::SampledSoftmax { negatives: count, corrected };
            let negatives = loss.draw(size.items, size.positions, Device::Cpu);
            let Negatives::Shared(drawn) = &negatives else { panic!("a batch shares them") };
            let hits = drawn.unsqueeze(0).eq_tensor(&problem.targets.unsqueeze(1));
            let different = hits.logical_not().sum_dim_intlist(1, true, Kind::Double);
            assert!(hits.any().int64_value(&[]) == 1, "some targets are among the negatives");
            problem.compare(loss, &negatives, |states, table, own| {
                let mut others = states.mm(&table.index_select(0, drawn).tr());
                if corrected {
                    others += ((size.items - 1) as f64 / &different).log();
                }
                let scores = Tensor::cat(&[own, &others.masked_fill(&hits, f64::NEG_INFINITY)], 1);
                (scores.logsumexp([1_i64], true) - own).sum(Kind::Double)
            });
        }
    }
}

#[test]
fn gbce_follows_from_its_formula_whichever_way_it_is_computed() {
    let chance = Chance::seeded(3);
    let small = Size { items: 20, positions: 7, dimension: 5 };
    // The first two score the whole catalogue, the other two fetch the vectors of the negatives.
    for (size, count) in [
        (small, 3),
        (Size { items: 20_000, positions: 220, dimension: 3 }, 320),
        (Size { items: 200, ..small }, 3),
        (Size { items: 4200, positions: 1200, dimension: 64 }, 64),
    ] {
        for calibration in [0.0, 0.75, 1.0] {
            let problem = Problem::draw(&chance, size);
            let loss = Loss::Gbce { negatives: count, calibration };
            let negatives = loss.draw(size.items, size.positions, Device::Cpu);
            let Negatives::OfEach(drawn) = &negatives else { panic!("each position has its own") };
            let rate = count as f64 / (size.items - 1) as f64;
            let beta = calibration * rate + 1.0 - calibration;
            problem.compare(loss, &negatives, |states, table, own| {
                let vectors =
                    table.index_select(0, &drawn.flatten(0, 1)).view([size.positions, count, size.dimension]);
                let scores = vectors.bmm(&states.unsqueeze(2));
                let all = scores.softplus().sum(Kind::Double) + own.neg().softplus().sum(Kind::Double) * beta;
                all / (count + 1) as f64
            });
        }
    }
}

#[test]
fn gbce_without_calibration_is_binary_cross_entropy() {
    let chance = Chance::seeded(4);
    let size = Size { items: 50, positions: 30, dimension: 4 };
    let problem = Problem::draw(&chance, size);
    let loss = Loss::Gbce { negatives: 5, calibration: 0.0 };
    let negatives = loss.draw(size.items, size.positions, Device::Cpu);
    let Negatives::OfEach(drawn) = &negatives else { panic!("each position has its own") };
    problem.compare(loss, &negatives, |states, table, own| {
        let vectors = table.index_select(0, &drawn.flatten(0, 1)).view([size.positions, 5, size.dimension]);
        let scores = Tensor::cat(&[own, &vectors.bmm(&states.unsqueeze(2)).squeeze_dim(2)], 1);
        let truth = scores.zeros_like();
        let _ = truth.narrow(1, 0, 1).fill_(1.0);
        let mean = tch::Reduction::Mean;
        scores.binary_cross_entropy_with_logits::<Tensor>(&truth, None, None, mean) * size.positions as f64
    });
}

#[test]
fn the_sampled_softmax_of_all_other_items_is_the_full_one() {
    let chance = Chance::seeded(5);
    let problem = Problem::draw(&chance, Size { items: 60, positions: 40, dimension: 6 });
    let full = problem.closed_form(Loss::FullSoftmax {}, &Negatives::None);
    let everything = Negatives::Shared(Tensor::arange_start(1, 61, (Kind::Int64, Device::Cpu)));
    for corrected in [false, true] {
        let sampled = problem.closed_form(Loss::SampledSoftmax { negatives: 60, corrected }, &everything);
        assert_close(&[sampled.loss.double_value(&[])], &[full.loss.double_value(&[])], 1e-5, "loss");
        assert_tensors_close(&sampled.states, &full.states, 1e-5, "gradients of the states");
        assert_tensors_close(&sampled.table, &full.table, 1e-5, "gradients of the table");
    }
}

#[test]
fn the_corrected_sampled_softmax_tends_to_the_full_one() {
    const DRAWS: usize = 150;
    let chance = Chance::seeded(6);
    let size = Size { items: 300, positions: 25, dimension: 8 };
    let problem = Problem::draw(&chance, size);
    let full = problem.closed_form(Loss::FullSoftmax {}, &Negatives::None).loss.double_value(&[]);
    let mean_error = |negatives: i64, corrected: bool| {
        let loss = Loss::SampledSoftmax { negatives, corrected };
        let draws = (0..DRAWS).map(|_| {
            let drawn = loss.draw(size.items, size.positions, Device::Cpu);
            problem.closed_form(loss, &drawn).loss.double_value(&[])
        });
        (draws.sum::<f64>() / DRAWS as f64 - full).abs() / full
    };
    let errors = [4, 16, 64, 256, 300].map(|negatives| mean_error(negatives, true));
    assert!(errors.windows(2).all(|pair| pair[1] < 0.6 * pair[0]), "{errors:?}");
    assert!(errors[3] < 1e-2 && errors[4] < 1e-6, "{errors:?}");
    assert!(mean_error(64, false) > 5.0 * errors[2], "what is not corrected stays far away");
}
