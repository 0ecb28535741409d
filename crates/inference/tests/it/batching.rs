use std::sync::Arc;

use filmlens_inference::{EngineSettings, ItemSet, SequenceQuery};
use proptest::prelude::*;
use tokio::runtime::Runtime;

use crate::stub::{Control, SHAPE, Stub};
use crate::{SMALL, engine, occupy, query, submit};

fn queries() -> Vec<SequenceQuery> {
    (1..=25_u32)
        .map(|number| SequenceQuery {
            history: (number..number + number % 7 + 1).collect(),
            k: 1 + number as usize % 9,
            excluded: (number..number + 3).collect(),
            allowed: (number % 2 == 0).then(|| Arc::new((1..=number).collect::<ItemSet>())),
        })
        .collect()
}

#[tokio::test]
async fn requests_that_wait_are_answered_in_batches_as_if_they_were_alone() {
    let control = Control::default();
    let engine = engine(SMALL, &control).await;
    let handle = engine.handle();
    let (gate, first) = occupy(&control, handle.recommend(query(&[1]))).await;
    let mut waiting = Vec::new();
    for query in queries() {
        waiting.push(submit(handle.recommend(query)).await);
    }
    drop(gate);

    assert_eq!(first.await.unwrap().batch_requests, 1);
    for (request, query) in waiting.into_iter().zip(queries()) {
        let answer = request.await.unwrap();
        assert_eq!(answer.value, Stub::best(1, &query));
        assert_eq!(answer.version.as_ref(), "1");
    }
    let batches: Vec<usize> = control.calls().iter().map(Vec::len).collect();
    assert_eq!(batches, [1, 10, 10, 5]);
    for query in queries() {
        let alone = handle.recommend(query.clone()).await.unwrap();
        assert_eq!(alone.value, Stub::best(1, &query));
    }
}

#[tokio::test]
async fn requests_are_computed_in_the_order_of_their_arrival() {
    let control = Control::default();
    let engine = engine(EngineSettings { batch_requests: 3, ..SMALL }, &control).await;
    let handle = engine.handle();
    let (gate, first) = occupy(&control, handle.recommend(query(&[1]))).await;
    let mut requests = vec![first];
    for item in 2..=40 {
        requests.push(submit(handle.recommend(query(&[item]))).await);
    }
    drop(gate);
    for request in requests {
        request.await.unwrap();
    }
    let order: Vec<u32> = control.calls().concat().concat();
    assert_eq!(order, (1..=40).collect::<Vec<u32>>());
}

#[tokio::test]
async fn a_batch_ends_where_the_next_request_would_exceed_its_work() {
    let batches = batches_of(&[3, 4, 1, 8, 2, 2, 2, 2, 2], 8).await;
    assert_eq!(batches, [vec![3, 4], vec![1], vec![8], vec![2, 2, 2, 2], vec![2]]);
}

#[tokio::test]
async fn short_histories_beside_a_long_one_count_as_long_ones() {
    let batches = batches_of(&[8, 1, 1, 1, 1, 1, 1], 24).await;
    assert_eq!(batches, [vec![8, 1, 1], vec![1, 1, 1, 1]]);
    let batches = batches_of(&[1, 1, 1, 1, 8, 1, 1], 24).await;
    assert_eq!(batches, [vec![1, 1, 1, 1], vec![8, 1, 1]]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn batches_keep_the_order_and_their_limits_and_are_as_large_as_these_allow(
        lengths in prop::collection::vec(1..=SHAPE.max_length, 1..40),
        batch_work in 1..60_u64,
    ) {
        let batches = Runtime::new().unwrap().block_on(batches_of(&lengths, batch_work));
        prop_assert_eq!(batches.concat(), lengths);
        let work = |batch: &[usize]| (batch.len() * batch.iter().max().unwrap()) as u64;
        for batch in &batches {
            prop_assert!(batch.len() == 1 || work(batch) <= batch_work, "{:?}", batch);
        }
        for (batch, next) in batches.iter().zip(&batches[1..]) {
            let with_one_more = [batch.as_slice(), &next[..1]].concat();
            prop_assert!(batch.len() == SMALL.batch_requests || work(&with_one_more) > batch_work);
        }
    }
}

/// How long the histories of each batch are, of requests that come while the engine is busy.
async fn batches_of(lengths: &[usize], batch_work: u64) -> Vec<Vec<usize>> {
    let control = Control::default();
    let engine = engine(EngineSettings { batch_work, ..SMALL }, &control).await;
    let handle = engine.handle();
    let (gate, first) = occupy(&control, handle.recommend(query(&[1]))).await;
    let mut requests = vec![first];
    for &length in lengths {
        requests.push(submit(handle.recommend(query(&vec![5; length]))).await);
    }
    drop(gate);
    for request in requests {
        request.await.unwrap();
    }
    control.calls()[1..].iter().map(|call| call.iter().map(Vec::len).collect()).collect()
}

#[tokio::test]
async fn embeddings_and_recommendations_share_a_batch() {
    let control = Control::default();
    let engine = engine(SMALL, &control).await;
    let handle = engine.handle();
    let (gate, first) = occupy(&control, handle.recommend(query(&[1]))).await;
    let embedded = submit(handle.embed(vec![4, 5])).await;
    let recommended = submit(handle.recommend(query(&[6]))).await;
    drop(gate);
    first.await.unwrap();
    let (embedded, recommended) = (embedded.await.unwrap(), recommended.await.unwrap());
    assert_eq!(embedded.value, Stub::state(1, &[4, 5]));
    assert_eq!(recommended.value, Stub::best(1, &query(&[6])));
    assert_eq!((embedded.batch_requests, recommended.batch_requests), (2, 2));
}

#[tokio::test]
async fn of_a_long_history_only_the_last_items_are_kept_and_counted() {
    let control = Control::default();
    let engine = engine(EngineSettings { queue_work: 8, ..SMALL }, &control).await;
    let handle = engine.handle();
    let long: Vec<u32> = (0..10_000).map(|index| index % SHAPE.item_count + 1).collect();
    let (gate, first) = occupy(&control, handle.embed(vec![1])).await;
    let request = submit(handle.embed(long.clone())).await;
    assert_eq!(handle.stats().waiting_work, SHAPE.max_length as u64);
    drop(gate);
    first.await.unwrap();
    assert_eq!(request.await.unwrap().value, Stub::state(1, &long));
    assert_eq!(control.calls()[1][0], long[long.len() - SHAPE.max_length..]);
}

#[test]
fn threads_are_answered_without_a_runtime() {
    let control = Control::default();
    let controlled = control.clone();
    let engine =
        filmlens_inference::Engine::spawn("stub", "1", SMALL, move || Ok(Stub::new(1, &controlled))).unwrap();
    let handle = engine.handle();
    handle.ready_blocking().unwrap();
    assert_eq!(handle.recommend_blocking(query(&[3])).unwrap().value, Stub::best(1, &query(&[3])));
    assert_eq!(handle.embed_blocking(vec![3]).unwrap().value, Stub::state(1, &[3]));
    engine.shutdown();
}
