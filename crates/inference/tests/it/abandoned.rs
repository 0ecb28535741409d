use filmlens_inference::EngineSettings;

use crate::stub::Control;
use crate::{SMALL, engine, occupy, query, submit};

#[tokio::test]
async fn requests_whose_callers_have_gone_are_not_computed() {
    let control = Control::default();
    let engine = engine(SMALL, &control).await;
    let handle = engine.handle();
    let (gate, first) = occupy(&control, handle.recommend(query(&[1]))).await;
    let mut kept = Vec::new();
    for item in 2..=21 {
        let request = submit(handle.recommend(query(&[item]))).await;
        if item % 2 == 0 {
            kept.push(request);
        }
    }
    let embedding = submit(handle.embed(vec![30])).await;
    drop(embedding);
    drop(gate);
    first.await.unwrap();
    for request in kept {
        request.await.unwrap();
    }
    let computed: Vec<u32> = control.calls().concat().concat();
    assert_eq!(computed, [1, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20]);
    engine.close();
    let stats = handle.stats();
    assert_eq!((stats.answered, stats.skipped), (11, 11));
}

#[tokio::test]
async fn requests_whose_callers_have_gone_make_room_for_others() {
    let control = Control::default();
    let engine = engine(EngineSettings { queue_requests: 2, ..SMALL }, &control).await;
    let handle = engine.handle();
    let (gate, first) = occupy(&control, handle.recommend(query(&[1]))).await;
    let leaving = submit(handle.recommend(query(&[2]))).await;
    let staying = submit(handle.recommend(query(&[3]))).await;
    handle.recommend(query(&[4])).await.unwrap_err();
    drop(leaving);
    let late = submit(handle.recommend(query(&[5]))).await;
    drop(gate);
    for request in [first, staying, late] {
        request.await.unwrap();
    }
    assert_eq!(control.calls().concat().concat(), [1, 3, 5]);
    let stats = handle.stats();
    assert_eq!((stats.skipped, stats.saturated, stats.waiting_work), (1, 1, 0));
}

#[tokio::test]
async fn a_caller_who_goes_while_being_computed_harms_nobody() {
    let control = Control::default();
    let engine = engine(SMALL, &control).await;
    let handle = engine.handle();
    let (gate, leaving) = occupy(&control, handle.recommend(query(&[1]))).await;
    drop(leaving);
    drop(gate);
    handle.recommend(query(&[2])).await.unwrap();
}
