use filmlens_gsasrec::{Batch, BlockKind, Dropout, Model, ModelConfig, Positions};
use proptest::prelude::*;
use tch::{Device, Tensor};

use crate::setup::{Chance, assert_tensors_close, config, numbers};

/// A wrong state differs in its first digits.
const TOLERANCE: f64 = 1e-4;

fn configs() -> impl Strategy<Value = ModelConfig> {
    let sizes = (4..30_u32, 1..3_i64, 1..4_usize, 1..7_usize, 1..3_i64);
    let kinds = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (sizes, kinds).prop_map(|((items, heads, blocks, max_length, feed_forward), kinds)| {
        let (is_gated, from_end, shared_table, scale_input) = kinds;
        ModelConfig {
            items,
            dimension: 4 * heads,
            heads,
            blocks,
            max_length,
            feed_forward,
            block: if is_gated { BlockKind::Gated } else { BlockKind::Reference },
            positions: if from_end { Positions::FromEnd } else { Positions::FromStart },
            shared_table,
            scale_input,
        }
    })
}

fn history(items: u32, longest: usize) -> impl Strategy<Value = Vec<u32>> {
    prop::collection::vec(1..=items, 1..=longest)
}

/// A configuration with some histories of its items, which may be longer than its window.
fn cases() -> impl Strategy<Value = (ModelConfig, Vec<Vec<u32>>)> {
    configs().prop_flat_map(|config| {
        let histories = prop::collection::vec(history(config.items, config.max_length + 4), 1..5);
        (Just(config), histories)
    })
}

fn batch(config: &ModelConfig, histories: &[&[u32]]) -> Batch {
    Batch::new(config, histories, Device::Cpu)
}

fn states_of(model: &Model, history: &[u32]) -> Tensor {
    model.states(&batch(model.config(), &[history]), Dropout::NONE).get(0)
}

fn newest<'a>(config: &ModelConfig, history: &'a [u32]) -> &'a [u32] {
    &history[history.len().saturating_sub(config.max_length)..]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_later_item_never_changes_an_earlier_state(
        (config, histories) in cases(),
        seed in 0..1000_i64,
        place: prop::sample::Index,
        other: prop::sample::Index,
    ) {
        let chance = Chance::seeded(seed);
        let model = chance.model(&config);
        let history = newest(&config, &histories[0]);
        let place = place.index(history.len());
        let mut changed = history.to_vec();
        changed[place] = 1 + other.index(config.items as usize) as u32;
        let (before, after) = (states_of(&model, history), states_of(&model, &changed));
        let earlier = |states: &Tensor| states.narrow(0, 0, place as i64);
        assert_tensors_close(&earlier(&after), &earlier(&before), TOLERANCE, "earlier states");
        if changed != history {
            let [before, after] = [before, after].map(|states| numbers(&states.get(place as i64)));
            prop_assert_ne!(before, after, "its own state does change");
        }
    }

    #[test]
    fn a_row_alone_equals_the_row_in_a_batch((config, histories) in cases(), seed in 0..1000_i64) {
        let chance = Chance::seeded(seed);
        let model = chance.model(&config);
        let histories: Vec<&[u32]> = histories.iter().map(Vec::as_slice).collect();
        let together = batch(&config, &histories);
        let (states, last) = (model.states(&together, Dropout::NONE), model.last_states(&together));
        for (row, history) in (0..).zip(&histories) {
            let alone = batch(&config, &[history]);
            let expected = model.states(&alone, Dropout::NONE).get(0);
            let found = states.get(row).narrow(0, 0, expected.size()[0]);
            assert_tensors_close(&found, &expected, TOLERANCE, "states");
            assert_tensors_close(&last.get(row), &model.last_states(&alone).get(0), TOLERANCE, "last states");
        }
    }

    #[test]
    fn last_states_are_the_last_of_all_states((config, histories) in cases(), seed in 0..1000_i64) {
        let chance = Chance::seeded(seed);
        let model = chance.model(&config);
        let histories: Vec<&[u32]> = histories.iter().map(Vec::as_slice).collect();
        let together = batch(&config, &histories);
        let (states, last) = (model.states(&together, Dropout::NONE), model.last_states(&together));
        prop_assert_eq!(last.size(), [histories.len() as i64, config.dimension]);
        for (row, history) in (0..).zip(&histories) {
            let newest = newest(&config, history).len() as i64 - 1;
            assert_tensors_close(&last.get(row), &states.get(row).get(newest), TOLERANCE, "last state");
        }
    }

    #[test]
    fn a_history_longer_than_the_window_equals_its_newest_part(
        (config, histories) in cases(),
        seed in 0..1000_i64,
        older in prop::collection::vec(1..=4_u32, 1..20),
    ) {
        let chance = Chance::seeded(seed);
        let model = chance.model(&config);
        let window: Vec<u32> = histories[0].iter().copied().cycle().take(config.max_length).collect();
        let long: Vec<u32> = older.iter().chain(&window).copied().collect();
        prop_assert_eq!(numbers(&states_of(&model, &long)), numbers(&states_of(&model, &window)));
    }

    #[test]
    fn scores_are_products_with_the_items_and_offer_nothing_else(
        (config, histories) in cases(),
        seed in 0..1000_i64,
    ) {
        let chance = Chance::seeded(seed);
        let model = chance.model(&config);
        let state = model.last_states(&batch(&config, &[&histories[0]]));
        let scores = tch::no_grad(|| numbers(&model.scores(&state)));
        prop_assert_eq!(scores.len(), config.items as usize + 1);
        prop_assert_eq!(scores[0], f64::NEG_INFINITY);
        for (item, score) in (1..).zip(&scores[1..]) {
            let expected = dot(&state, &model.output_table().get(item));
            prop_assert!((score - expected).abs() <= TOLERANCE * expected.abs().max(1.0));
        }
    }

    #[test]
    fn any_weights_of_the_right_shapes_make_a_model(config in configs(), seed in 0..1000_i64) {
        let chance = Chance::seeded(seed);
        let model = chance.model(&config);
        let has_output = model.parameters().iter().any(|(name, _)| name == "output_embedding.weight");
        prop_assert_eq!(has_output, !config.shared_table);
        prop_assert_eq!(model.output_table().size(), [i64::from(config.items) + 2, config.dimension]);
        let counted: usize = model.parameters().iter().map(|(_, tensor)| tensor.numel()).sum();
        prop_assert_eq!(model.parameters().count(), counted);
    }
}

fn dot(left: &Tensor, right: &Tensor) -> f64 {
    numbers(left).iter().zip(numbers(right)).map(|(left, right)| left * right).sum()
}

#[test]
fn the_order_of_a_history_matters() {
    let chance = Chance::seeded(1);
    for positions in [Positions::FromEnd, Positions::FromStart] {
        let model = chance.model(&ModelConfig { positions, ..config() });
        let [one, other] = [[1, 2, 3], [2, 1, 3]].map(|history| numbers(&states_of(&model, &history).get(2)));
        assert_ne!(one, other);
    }
}

#[test]
fn positions_count_from_the_end_that_was_chosen() {
    let chance = Chance::seeded(2);
    let config = config();
    for (positions, read) in [(Positions::FromEnd, 3..6), (Positions::FromStart, 0..3)] {
        let config = ModelConfig { positions, ..config.clone() };
        let tensors = chance.tensors(&config);
        let state = |changed_position: Option<i64>| {
            let changed = tensors.iter().map(|(name, tensor)| {
                let tensor = tensor.copy();
                if let Some(position) = changed_position.filter(|_| name == "position_embedding.weight") {
                    let _ = tensor.get(position).fill_(3.0);
                }
                (name.clone(), tensor)
            });
            let parameters =
                filmlens_gsasrec::Parameters::take(&config, changed.collect(), Device::Cpu).unwrap();
            numbers(&states_of(&Model::new(config.clone(), parameters), &[4, 9, 2]))
        };
        let unchanged = state(None);
        for position in 0..config.max_length as i64 {
            assert_eq!(
                state(Some(position)) != unchanged,
                read.contains(&position),
                "{positions:?} {position}"
            );
        }
    }
}

#[test]
fn dropout_silences_at_random_and_only_when_it_is_asked_for() {
    let chance = Chance::seeded(3);
    for block in [BlockKind::Reference, BlockKind::Gated] {
        let model = chance.model(&ModelConfig { block, ..config() });
        let batch = batch(model.config(), &[&[1, 2, 3, 4]]);
        let states = |dropout| numbers(&model.states(&batch, dropout));
        assert_eq!(states(Dropout::NONE), states(Dropout::NONE));
        for dropout in [Dropout { states: 0.5, attention: 0.0 }, Dropout { states: 0.0, attention: 0.5 }] {
            assert_ne!(states(dropout), states(dropout), "{dropout:?}");
        }
    }
}

#[test]
fn fresh_weights_depend_on_the_seed_alone() {
    let _chance = Chance::seeded(4);
    let draw = |seed| {
        let parameters =
            filmlens_gsasrec::Parameters::draw(&config(), filmlens_gsasrec::Start::Narrow, seed, Device::Cpu);
        parameters.iter().map(|(_, tensor)| numbers(tensor)).collect::<Vec<_>>()
    };
    let first = draw(7);
    assert_eq!(draw(7), first);
    assert_ne!(draw(8), first);
}
