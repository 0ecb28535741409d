use filmlens_inference::{Engine, Error};

use crate::stub::{Control, SHAPE, Stub};
use crate::{SMALL, engine, occupy, query, submit};

#[tokio::test]
async fn an_engine_is_warm_before_it_is_ready() {
    let control = Control::default();
    let controlled = control.clone();
    let engine = Engine::spawn("stub", "1", SMALL, move || Ok(Stub::new(1, &controlled))).unwrap();
    engine.handle().ready().await.unwrap();
    let calls = control.calls();
    let sizes: Vec<usize> = calls.iter().map(Vec::len).collect();
    // An embedding and a recommendation, alone and in the largest batch.
    assert_eq!(sizes, [1, 1, 10, 10]);
    assert!(calls.concat().iter().all(|history| history.len() == SHAPE.max_length));
}

#[tokio::test]
async fn a_closed_engine_answers_what_it_had_accepted_and_refuses_the_rest() {
    let control = Control::default();
    let engine = engine(SMALL, &control).await;
    let handle = engine.handle();
    let (gate, first) = occupy(&control, handle.recommend(query(&[1]))).await;
    let mut requests = vec![first];
    for item in 2..=30 {
        requests.push(submit(handle.recommend(query(&[item]))).await);
    }
    engine.close();
    assert!(matches!(handle.recommend(query(&[1])).await, Err(Error::Closed { .. })));
    assert!(!handle.is_ready());
    drop(gate);
    engine.shutdown();
    assert_eq!(handle.stats().answered, 30);
    for request in requests {
        request.await.unwrap();
    }
}

#[tokio::test]
async fn a_dropped_engine_answers_what_it_had_accepted() {
    let control = Control::default();
    let engine = engine(SMALL, &control).await;
    let handle = engine.handle();
    let (gate, computing) = occupy(&control, handle.recommend(query(&[1]))).await;
    let waiting = submit(handle.recommend(query(&[2]))).await;
    drop(engine);
    drop(gate);
    computing.await.unwrap();
    waiting.await.unwrap();
    assert!(matches!(handle.recommend(query(&[1])).await, Err(Error::Closed { .. })));
}
