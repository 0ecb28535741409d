use std::error::Error as _;
use std::sync::mpsc::channel;

use filmlens_inference::{Engine, Error};

use crate::stub::{Control, FAILS, LOSES_ANSWERS, PANICS, Stub};
use crate::{SMALL, engine, occupy, query, submit};

#[tokio::test]
async fn a_panic_fails_its_batch_and_what_waits_is_answered_by_a_model_built_anew() {
    let control = Control::default();
    let engine = engine(SMALL, &control).await;
    let handle = engine.handle();
    let (gate, panicking) = occupy(&control, handle.recommend(query(&[PANICS]))).await;
    let waiting = submit(handle.recommend(query(&[2]))).await;
    drop(gate);
    match panicking.await.unwrap_err() {
        Error::Panicked { message, .. } => assert_eq!(message, "the stub was told to"),
        other => panic!("{other:?}"),
    }
    assert_eq!(waiting.await.unwrap().value, Stub::best(1, &query(&[2])));
    handle.ready().await.unwrap();
    let stats = handle.stats();
    assert_eq!((stats.panics, stats.failed, stats.answered), (1, 1, 1));
}

#[tokio::test]
async fn the_mates_of_a_panicking_request_are_told() {
    let control = Control::default();
    let engine = engine(SMALL, &control).await;
    let handle = engine.handle();
    let (gate, first) = occupy(&control, handle.recommend(query(&[1]))).await;
    let mate = submit(handle.recommend(query(&[2]))).await;
    let embedding = submit(handle.embed(vec![2])).await;
    let panicking = submit(handle.recommend(query(&[PANICS]))).await;
    drop(gate);
    first.await.unwrap();
    assert!(matches!(mate.await, Err(Error::Panicked { .. })));
    assert!(matches!(embedding.await, Err(Error::Panicked { .. })));
    assert!(matches!(panicking.await, Err(Error::Panicked { .. })));
    handle.recommend(query(&[1])).await.unwrap();
}

#[tokio::test]
async fn an_engine_whose_model_cannot_be_built_anew_fails_for_good() {
    let control = Control::default();
    let controlled = control.clone();
    let mut builds = 0;
    let build = move || {
        builds += 1;
        if builds == 1 { Ok(Stub::new(1, &controlled)) } else { Err("the device is lost".into()) }
    };
    let engine = Engine::spawn("stub", "1", SMALL, build).unwrap();
    let handle = engine.handle();
    handle.ready().await.unwrap();
    let (gate, panicking) = occupy(&control, handle.recommend(query(&[PANICS]))).await;
    let waiting = submit(handle.recommend(query(&[2]))).await;
    drop(gate);
    assert!(matches!(panicking.await, Err(Error::Panicked { .. })));
    let error = waiting.await.unwrap_err();
    assert_eq!(error.to_string(), "stub could not build its model");
    assert_eq!(error.source().unwrap().to_string(), "the device is lost");
    assert!(matches!(handle.recommend(query(&[3])).await, Err(Error::Build { .. })));
    assert!(matches!(handle.ready().await, Err(Error::Build { .. })));
    assert!(!handle.is_ready());
    engine.shutdown();
}

#[tokio::test]
async fn an_error_of_the_model_is_told_to_its_batch_and_the_next_is_answered() {
    let control = Control::default();
    let engine = engine(SMALL, &control).await;
    let handle = engine.handle();
    let error = handle.recommend(query(&[FAILS])).await.unwrap_err();
    assert_eq!(error.to_string(), "stub failed");
    assert_eq!(error.source().unwrap().to_string(), "out of memory");
    let error = handle.recommend(query(&[LOSES_ANSWERS])).await.unwrap_err();
    assert_eq!(error.source().unwrap().to_string(), "the model gave 0 answers to 1 requests");
    handle.recommend(query(&[1])).await.unwrap();
    let stats = handle.stats();
    assert_eq!((stats.failed, stats.answered, stats.panics), (2, 1, 0));
}

#[tokio::test]
async fn a_model_that_cannot_be_built_refuses_readiness_and_requests() {
    let engine = Engine::spawn("stub", "1", SMALL, || Err::<Stub, _>("no weights".into())).unwrap();
    let handle = engine.handle();
    let error = handle.ready().await.unwrap_err();
    assert_eq!(error.source().unwrap().to_string(), "no weights");
    assert!(matches!(handle.recommend(query(&[1])).await, Err(Error::Build { .. })));

    let panicking = || -> Result<Stub, _> { panic!("not a model") };
    let engine = Engine::spawn("stub", "1", SMALL, panicking).unwrap();
    let error = engine.handle().ready().await.unwrap_err();
    assert_eq!(error.to_string(), "stub panicked: not a model");
}

#[tokio::test]
async fn while_the_model_is_being_built_requests_are_refused() {
    let (finish, unfinished) = channel::<()>();
    let control = Control::default();
    let build = move || {
        unfinished.recv()?;
        Ok(Stub::new(1, &control))
    };
    let engine = Engine::spawn("stub", "1", SMALL, build).unwrap();
    let handle = engine.handle();
    assert!(!handle.is_ready());
    assert!(matches!(handle.recommend(query(&[1])).await, Err(Error::Starting { .. })));
    let ready = submit(handle.ready()).await;
    finish.send(()).unwrap();
    ready.await.unwrap();
    assert!(handle.is_ready());
    handle.recommend(query(&[1])).await.unwrap();
}
