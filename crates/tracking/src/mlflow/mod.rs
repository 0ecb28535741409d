//! Runs on an MLflow server, through its REST API.
//!
//! Every event is a line of spool.jsonl before anything else happens to it. Another thread reads the lines behind the
//! writer and sends them; mlflow.json holds how far it came. So what the server has not got is on the disk at any
//! moment, and memory does not grow while the server is away.

mod api;
mod artifacts;
mod batch;
mod delivering;
mod recorder;
mod registry;
mod retry;
mod runs;
mod shipper;
mod state;

pub(crate) use api::Api;
pub(crate) use delivering::{deliver_waiting, find_elsewhere};
pub(crate) use recorder::SpoolRecorder;
pub(crate) use registry::MlflowRegistry;

use std::thread;

use crate::error::Error;

/// Runs a future to its end on a thread of its own, so that callers inside another runtime may block too.
fn block_on<T: Send>(future: impl Future<Output = T> + Send) -> Result<T, Error> {
    // The runtime is made and dropped there too, because dropping one inside another is not allowed.
    let run = || runtime().map(|runtime| runtime.block_on(future));
    let outcome = thread::scope(|scope| scope.spawn(run).join());
    outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn runtime() -> Result<tokio::runtime::Runtime, Error> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::Thread)
}
