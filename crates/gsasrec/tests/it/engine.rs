use std::sync::Arc;
use std::thread;

use filmlens_gsasrec::{Batch, Model, NumberFormat, Parameters, SequenceEngine};
use filmlens_inference::{
    Engine, EngineHandle, EngineSettings, ItemSet, ScoredItem, SequenceModel, SequenceQuery,
};
use tch::{Device, Tensor};

use crate::setup::{Chance, assert_close, config, numbers};

type Weights = Vec<(String, Vec<f32>, Vec<i64>)>;

/// Plain numbers, for tensors stay on their thread.
fn weights() -> Weights {
    let tensors = Chance::seeded(11).tensors(&config());
    let plain = |(name, tensor): (String, Tensor)| {
        (name, Vec::try_from(tensor.flatten(0, -1)).unwrap(), tensor.size())
    };
    tensors.into_iter().map(plain).collect()
}

fn model(weights: &Weights) -> Model {
    let tensors = weights
        .iter()
        .map(|(name, numbers, shape)| (name.clone(), Tensor::from_slice(numbers).view(shape.as_slice())));
    Model::new(config(), Parameters::take(&config(), tensors.collect(), Device::Cpu).unwrap())
}

fn engine(weights: &Weights) -> (Engine, EngineHandle) {
    let weights = weights.clone();
    let settings = EngineSettings { batch_requests: 16, ..EngineSettings::default() };
    let engine = Engine::spawn("sequence", "1", settings, move || {
        tch::set_num_threads(1);
        Ok(SequenceEngine::new(model(&weights), NumberFormat::Single)?)
    });
    let engine = engine.unwrap();
    let handle = engine.handle();
    handle.ready_blocking().unwrap();
    (engine, handle)
}

fn query(number: u32) -> SequenceQuery {
    let history = (0..1 + number % 9).map(|step| 1 + (number * 11 + step * 7) % 30).collect();
    SequenceQuery { history, k: 5, ..SequenceQuery::default() }
}

#[track_caller]
fn assert_same_list(found: &[ScoredItem], expected: &[ScoredItem]) {
    let items = |list: &[ScoredItem]| list.iter().map(|scored| scored.item).collect::<Vec<_>>();
    let scores = |list: &[ScoredItem]| list.iter().map(|scored| f64::from(scored.score)).collect::<Vec<_>>();
    assert_eq!(items(found), items(expected));
    assert_close(&scores(found), &scores(expected), 1e-5, "scores");
}

#[test]
fn requests_at_the_same_time_get_the_lists_they_would_get_alone() {
    let weights = weights();
    let (_engine, handle) = engine(&weights);
    let mut alone = SequenceEngine::new(model(&weights), NumberFormat::Single).unwrap();
    thread::scope(|scope| {
        let ask = |number| {
            let handle = handle.clone();
            scope.spawn(move || handle.recommend_blocking(query(number)).unwrap())
        };
        let asked: Vec<_> = (0..120).map(|number| (number, ask(number))).collect();
        for (number, answer) in asked {
            let expected = alone.recommend(&[query(number)]).unwrap().remove(0);
            assert_same_list(&answer.join().unwrap().value, &expected);
        }
    });
}

#[test]
fn a_batch_of_queries_gets_the_lists_of_its_rows() {
    let mut engine = SequenceEngine::new(model(&weights()), NumberFormat::Single).unwrap();
    let queries: Vec<SequenceQuery> = (0..40).map(query).collect();
    let together = engine.recommend(&queries).unwrap();
    assert_eq!(together.len(), queries.len());
    for (query, found) in queries.iter().zip(&together) {
        let alone = engine.recommend(std::slice::from_ref(query)).unwrap().remove(0);
        assert_same_list(found, &alone);
        assert_eq!(found.len(), 5);
    }
}

#[test]
fn lists_are_the_best_of_the_model_s_scores() {
    let weights = weights();
    let (_engine, handle) = engine(&weights);
    let model = model(&weights);
    let query = SequenceQuery { k: 100, ..query(4) };
    let batch = Batch::new(model.config(), &[&query.history], Device::Cpu);
    let scores = tch::no_grad(|| numbers(&model.scores(&model.last_states(&batch))));
    let list = handle.recommend_blocking(query).unwrap().value;
    assert_eq!(list.len(), 30, "every item and nothing else");
    assert!(list.is_sorted_by(|left, right| left.score >= right.score));
    for scored in list {
        assert_close(&[scored.score.into()], &[scores[scored.item as usize]], 1e-5, "score");
    }
}

#[test]
fn excluded_items_never_appear_and_only_allowed_ones_do() {
    let (_engine, handle) = engine(&weights());
    let ask = |query: SequenceQuery| -> Vec<u32> {
        handle.recommend_blocking(query).unwrap().value.into_iter().map(|scored| scored.item).collect()
    };
    let free = ask(SequenceQuery { k: 30, ..query(3) });
    let excluded = vec![free[0], free[2], free[3]];
    let without = ask(SequenceQuery { k: 27, excluded: excluded.clone(), ..query(3) });
    let expected: Vec<u32> = free.iter().copied().filter(|item| !excluded.contains(item)).collect();
    assert_eq!(without, expected);

    let allowed: ItemSet = [free[20], free[5], free[0], free[11]].into_iter().collect();
    let limited = SequenceQuery { k: 10, allowed: Some(Arc::new(allowed)), ..query(3) };
    assert_eq!(ask(limited.clone()), [free[0], free[5], free[11], free[20]]);
    assert_eq!(ask(SequenceQuery { excluded: vec![free[5]], ..limited }), [free[0], free[11], free[20]]);
}

#[test]
fn embeddings_are_the_last_states() {
    let weights = weights();
    let (_engine, handle) = engine(&weights);
    let model = model(&weights);
    for number in 0..12 {
        let history = query(number).history;
        let expected = model.last_states(&Batch::new(model.config(), &[&history], Device::Cpu));
        let found = handle.embed_blocking(history).unwrap().value;
        let found: Vec<f64> = found.into_iter().map(f64::from).collect();
        assert_close(&found, &numbers(&expected), 1e-5, "embedding");
    }
}

#[test]
fn histories_that_the_model_cannot_read_are_refused() {
    let (_engine, handle) = engine(&weights());
    for history in [vec![], vec![0], vec![1, 31]] {
        assert!(
            handle.recommend_blocking(SequenceQuery { history, k: 5, ..SequenceQuery::default() }).is_err()
        );
    }
}

/// 20 items for each of 16 histories, from all lengths mixed.
fn lists(format: NumberFormat) -> Vec<Vec<ScoredItem>> {
    let mut engine = SequenceEngine::new(model(&weights()), format).unwrap();
    let queries: Vec<SequenceQuery> =
        (0..16).map(|number| SequenceQuery { k: 20, ..query(number * 5) }).collect();
    engine.recommend(&queries).unwrap()
}

#[test]
fn lists_in_bfloat16_are_nearly_those_in_single_precision() {
    let (single, half) = (lists(NumberFormat::Single), lists(NumberFormat::Bfloat16));
    let mut shared = 0;
    for (single, half) in single.iter().zip(&half) {
        assert_eq!(half.len(), 20);
        assert!(half.is_sorted_by(|left, right| left.score >= right.score));
        for scored in half {
            let Some(exact) = single.iter().find(|exact| exact.item == scored.item) else { continue };
            let largest = single.iter().map(|scored| scored.score.abs()).fold(0.0, f32::max);
            assert!((exact.score - scored.score).abs() < 0.05 * largest, "{scored:?} and {exact:?}");
            shared += 1;
        }
    }
    assert!(shared > 16 * 18, "only {shared} of {} items are in both lists", 16 * 20);
}

#[test]
fn scores_in_bfloat16_are_the_products_of_states_and_item_vectors() {
    let model = model(&weights()).in_bfloat16();
    let query = SequenceQuery { k: 30, ..query(8) };
    let batch = Batch::new(model.config(), &[&query.history], Device::Cpu);
    let scores = tch::no_grad(|| numbers(&model.scores(&model.last_states(&batch))));
    let mut engine = SequenceEngine::new(self::model(&weights()), NumberFormat::Bfloat16).unwrap();
    for scored in engine.recommend(&[query]).unwrap().remove(0) {
        assert_close(&[scored.score.into()], &[scores[scored.item as usize]], 1e-5, "score");
    }
}

#[test]
fn a_batch_shared_out_among_threads_gets_the_lists_of_its_rows() {
    tch::set_num_threads(3);
    let mut engine = SequenceEngine::new(model(&weights()), NumberFormat::Single).unwrap();
    let queries: Vec<SequenceQuery> = (0..9000).map(query).collect();
    let together = engine.recommend(&queries).unwrap();
    for (number, found) in together.iter().enumerate().step_by(500) {
        let alone = engine.recommend(std::slice::from_ref(&queries[number])).unwrap().remove(0);
        assert_same_list(found, &alone);
    }
}
