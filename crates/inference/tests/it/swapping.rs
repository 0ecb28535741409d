use std::sync::Arc;

use filmlens_inference::{Engine, Error, ModelSlot};
use tokio::sync::Barrier;

use crate::stub::{Control, Stub};
use crate::{SMALL, occupy, query, submit};

const CLIENTS: u32 = 8;
const VERSIONS: u32 = 20;

fn version(number: u32) -> Engine {
    let control = Control::default();
    Engine::spawn("stub", &number.to_string(), SMALL, move || Ok(Stub::new(number, &control))).unwrap()
}

/// Asks until the last version answers; returns how many versions it has met.
async fn ask_until_the_last_version(slot: Arc<ModelSlot>, client: u32) -> usize {
    let mut met: Vec<u32> = Vec::new();
    loop {
        let query = query(&[client, met.len() as u32 + 1]);
        let answer = slot.recommend(query.clone()).await.unwrap();
        let version: u32 = answer.version.parse().unwrap();
        assert_eq!(answer.value, Stub::best(version, &query));
        assert!(met.last().is_none_or(|&last| last <= version), "{met:?}, then {version}");
        met.push(version);
        met.dedup();
        if version == VERSIONS {
            return met.len();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn replacing_the_engine_under_eight_clients_loses_no_request() {
    let slot = Arc::new(ModelSlot::new(version(1)));
    slot.current().ready().await.unwrap();
    let started = Arc::new(Barrier::new(CLIENTS as usize + 1));
    let clients: Vec<_> = (1..=CLIENTS)
        .map(|client| {
            let (slot, started) = (slot.clone(), started.clone());
            tokio::spawn(async move {
                started.wait().await;
                ask_until_the_last_version(slot, client).await
            })
        })
        .collect();
    started.wait().await;
    for number in 2..=VERSIONS {
        let former = slot.replace(version(number)).await.unwrap();
        let handle = former.handle();
        tokio::task::spawn_blocking(|| former.shutdown()).await.unwrap();
        let stats = handle.stats();
        assert_eq!(stats.accepted, stats.answered);
    }
    for client in clients {
        assert!(client.await.unwrap() >= 1);
    }
}

#[tokio::test]
async fn a_request_accepted_before_the_swap_is_answered_by_the_former_version() {
    let control = Control::default();
    let slot = ModelSlot::new(crate::engine(SMALL, &control).await);
    let (gate, computing) = occupy(&control, slot.recommend(query(&[1]))).await;
    let waiting = submit(slot.embed(vec![2])).await;
    let former = slot.replace(version(2)).await.unwrap();
    assert_eq!(slot.recommend(query(&[1])).await.unwrap().version.as_ref(), "2");
    drop(gate);
    assert_eq!(computing.await.unwrap().version.as_ref(), "1");
    assert_eq!(waiting.await.unwrap().value, Stub::state(1, &[2]));
    former.shutdown();
}

#[tokio::test]
async fn an_engine_that_fails_to_start_replaces_nothing() {
    let slot = ModelSlot::new(version(1));
    slot.current().ready().await.unwrap();
    let broken = Engine::spawn("stub", "2", SMALL, || Err::<Stub, _>("no weights".into())).unwrap();
    assert!(matches!(slot.replace(broken).await, Err(Error::Build { .. })));
    assert_eq!(slot.recommend(query(&[1])).await.unwrap().version.as_ref(), "1");
}

#[tokio::test]
async fn a_closed_slot_refuses() {
    let slot = ModelSlot::new(version(1));
    slot.current().ready().await.unwrap();
    slot.close();
    assert!(matches!(slot.recommend(query(&[1])).await, Err(Error::Closed { .. })));
}
