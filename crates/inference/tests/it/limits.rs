use std::time::Duration;

use filmlens_inference::{Engine, EngineSettings, Error, SequenceModel, Shape};

use crate::stub::{Control, Stub};
use crate::{SMALL, engine, occupy, query, submit};

fn assert_saturated<T: std::fmt::Debug>(refused: Result<T, Error>) {
    match refused.unwrap_err() {
        Error::Saturated { retry_after, .. } => {
            assert!(retry_after > Duration::ZERO && retry_after < Duration::from_secs(60), "{retry_after:?}");
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_queue_full_of_requests_refuses_at_once_and_accepts_again_once_it_is_empty() {
    let control = Control::default();
    let engine = engine(EngineSettings { queue_requests: 3, ..SMALL }, &control).await;
    let handle = engine.handle();
    let (gate, first) = occupy(&control, handle.recommend(query(&[1]))).await;
    let mut requests = vec![first];
    for item in 2..=4 {
        requests.push(submit(handle.recommend(query(&[item]))).await);
    }
    assert_saturated(handle.recommend(query(&[5])).await);
    assert_saturated(handle.embed(vec![5]).await);
    drop(gate);
    for request in requests {
        request.await.unwrap();
    }
    handle.recommend(query(&[5])).await.unwrap();
    let stats = handle.stats();
    assert_eq!((stats.accepted, stats.answered, stats.saturated), (5, 5, 2));
}

#[tokio::test]
async fn a_queue_full_of_work_refuses_what_does_not_fit() {
    let control = Control::default();
    let engine = engine(EngineSettings { queue_work: 10, ..SMALL }, &control).await;
    let handle = engine.handle();
    let (gate, first) = occupy(&control, handle.recommend(query(&[1]))).await;
    let long = submit(handle.recommend(query(&[2; 8]))).await;
    assert_saturated(handle.recommend(query(&[3; 3])).await);
    let short = submit(handle.recommend(query(&[4; 2]))).await;
    assert_saturated(handle.recommend(query(&[5])).await);
    drop(gate);
    for request in [first, long, short] {
        request.await.unwrap();
    }
}

#[tokio::test]
async fn a_request_beyond_the_limit_of_work_is_taken_when_nothing_else_waits() {
    let control = Control::default();
    let engine = engine(EngineSettings { queue_work: 2, batch_work: 2, ..SMALL }, &control).await;
    engine.handle().recommend(query(&[1; 8])).await.unwrap();
}

#[test]
fn scoring_a_large_catalogue_counts_about_twenty_items_of_history_and_a_small_one_next_to_nothing() {
    let large = Shape { item_count: 84_436, dimension: 256, max_length: 200 };
    assert_eq!([1, 50, 500].map(|length| Stub::cost(&large, &vec![1; length])), [19, 68, 218]);
    let small = Shape { item_count: 3_416, dimension: 128, max_length: 200 };
    assert_eq!([1, 50, 500].map(|length| Stub::cost(&small, &vec![1; length])), [2, 51, 201]);
}

#[test]
fn a_batch_of_the_longest_requests_for_a_large_catalogue_is_within_the_usual_limits() {
    let settings = EngineSettings::default();
    let large = Shape { item_count: 84_436, dimension: 256, max_length: 200 };
    let request = Stub::cost(&large, &[1; 200]);
    assert!(request * settings.batch_requests as u64 <= settings.batch_work);
}

#[tokio::test]
async fn faulty_requests_are_refused_before_they_are_queued() {
    let control = Control::default();
    let engine = engine(SMALL, &control).await;
    let handle = engine.handle();
    let message = |result: Result<_, Error>| result.map(|_| ()).unwrap_err().to_string();
    assert_eq!(
        message(handle.recommend(query(&[7, 51])).await),
        "51, at position 2 of the history, is no item of the model: they are 1 to 50"
    );
    assert_eq!(
        message(handle.recommend(query(&[0])).await),
        "0, at position 1 of the history, is no item of the model: they are 1 to 50"
    );
    assert_eq!(message(handle.recommend(query(&[])).await), "the history is empty; name at least one item");
    let mut nothing = query(&[1]);
    nothing.k = 0;
    assert_eq!(message(handle.recommend(nothing).await), "no items are wanted: k is 0");
    assert!(handle.embed(vec![51]).await.is_err());
    assert!(control.calls().is_empty());
    assert_eq!(handle.stats().accepted, 0);
}

#[test]
fn limits_of_zero_are_refused_by_name() {
    let control = Control::default();
    let settings = EngineSettings { batch_work: 0, ..SMALL };
    let error = Engine::spawn("stub", "1", settings, move || Ok(Stub::new(1, &control))).unwrap_err();
    assert_eq!(error.to_string(), "batch_work of an engine must be at least 1");
}
