#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod abandoned;
mod batching;
mod failures;
mod lifecycle;
mod limits;
mod observed;
mod stub;
mod swapping;

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use filmlens_inference::{Engine, EngineSettings, SequenceQuery};

use crate::stub::{Control, Gatekeeper, Stub};

const SMALL: EngineSettings =
    EngineSettings { queue_requests: 100, queue_work: 1000, batch_requests: 10, batch_work: 100 };

fn query(history: &[u32]) -> SequenceQuery {
    SequenceQuery { history: history.to_vec(), k: 5, ..SequenceQuery::default() }
}

/// An engine that is ready, with a model that obeys `control` from now on.
async fn engine(settings: EngineSettings, control: &Control) -> Engine {
    let controlled = control.clone();
    let engine = Engine::spawn("stub", "1", settings, move || Ok(Stub::new(1, &controlled))).unwrap();
    engine.handle().ready().await.unwrap();
    control.forget_warm_up();
    engine
}

type Submitted<F> = Pin<Box<F>>;

/// The request is in the queue when this returns, and unanswered.
async fn submit<F: Future>(request: F) -> Submitted<F> {
    let mut request = Box::pin(request);
    poll_fn(|context| match request.as_mut().poll(context) {
        Poll::Pending => Poll::Ready(()),
        Poll::Ready(_) => panic!("answered at once"),
    })
    .await;
    request
}

/// The model is busy with `request` until the gate is dropped.
async fn occupy<F: Future>(control: &Control, request: F) -> (Gatekeeper, Submitted<F>) {
    let gate = control.gate();
    let request = submit(request).await;
    gate.wait_until_computing();
    (gate, request)
}
