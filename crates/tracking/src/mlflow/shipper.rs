use std::fs;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use filmlens_telemetry::Chain;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

use super::api::{Api, Nothing};
use super::artifacts::proxy_path;
use super::batch::{Batch, LogBatch, Value};
use super::recorder::spool_file;
use super::retry::Backoff;
use super::state::{ServerRun, State};
use crate::delivery::Delivery;
use crate::error::{Error, ServerError};
use crate::event::{Event, Outcome};
use crate::folder::RunFolder;
use crate::lines::LineReader;

/// Between a first record and the request that takes it, so that one request takes many.
const COLLECT: Duration = Duration::from_secs(1);

/// What the recorder is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// So many bytes of the spool are written.
    Recording { written: u64 },
    /// Nothing more comes. Patience says how long to go on without an answer; none to leave at once.
    Closing { patience: Option<Duration> },
}

/// Sends what the spool holds, in its order, again and again until the server has it.
pub(super) struct Shipper {
    folder: Arc<RunFolder>,
    api: Api,
    phase: watch::Receiver<Phase>,
    spool: LineReader,
    state: State,
    /// Where the first line starts that is not wholly in a batch yet.
    read_to: u64,
    last_answer: Instant,
    is_away: bool,
    delivery: Delivery,
}

/// Why sending stops for good, or for as long as this process lives.
#[derive(Debug)]
enum Stop {
    /// The recorder is closing, and the server has not answered for long enough.
    OutOfPatience(ServerError),
    Server(ServerError),
    Local(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Local(error)
    }
}

impl Shipper {
    pub(super) fn new(
        folder: Arc<RunFolder>,
        api: Api,
        phase: watch::Receiver<Phase>,
    ) -> Result<Self, Error> {
        let mut state = State::load(&folder)?;
        let file = spool_file(&folder);
        let length = fs::metadata(&file).map_err(Error::file(&file))?.len();
        if state.sent > length {
            // The spool was removed after its delivery, and this one is new.
            state.sent = 0;
        }
        let spool = LineReader::open_at(&file, state.sent).map_err(Error::file(&file))?;
        let read_to = state.sent;
        let (last_answer, delivery) = (Instant::now(), Delivery::default());
        Ok(Self { folder, api, phase, spool, state, read_to, last_answer, is_away: false, delivery })
    }

    pub(super) async fn run(mut self) -> Delivery {
        let mut phase = self.phase.clone();
        let stopped = tokio::select! {
            stopped = self.ship() => stopped,
            // A request that is cut off here is sent again, and the server takes the same values once.
            () = leaving(&mut phase) => Ok(()),
        };
        if let Err(stop) = &stopped {
            let reason = match stop {
                Stop::OutOfPatience(failure) | Stop::Server(failure) => Chain(failure).to_string(),
                Stop::Local(error) => Chain(error).to_string(),
            };
            tracing::warn!(reason, folder = %self.folder.path.display(), "records of the run wait for the next start");
            self.delivery.reason = Some(reason);
            // The recorder goes on, and its spool is whole only when it closes.
            let _ = phase.wait_for(|phase| matches!(phase, Phase::Closing { .. })).await;
        }
        self.conclude()
    }

    /// Returns when the recorder has closed and everything is sent.
    async fn ship(&mut self) -> Result<(), Stop> {
        loop {
            let seen = *self.phase.borrow();
            self.ensure_run().await?;
            self.ship_written().await?;
            if matches!(seen, Phase::Closing { .. }) {
                return Ok(());
            }
            // By value, for `retry` may have looked at the phase since.
            if self.phase.wait_for(|phase| *phase != seen).await.is_err() {
                return Ok(());
            }
            let closes = self.phase.wait_for(|phase| matches!(phase, Phase::Closing { .. }));
            let _ = timeout(COLLECT, closes).await;
        }
    }

    async fn ensure_run(&mut self) -> Result<(), Stop> {
        if self.state.run.is_some() {
            return Ok(());
        }
        let record = self.folder.record()?;
        let run = self.retry(async |api| api.create_run(&record).await).await?.map_err(Stop::Server)?;
        tracing::info!(run.id = record.id, mlflow.run_id = run.run_id, "the run is on the server");
        self.state.run = Some(run);
        Ok(self.state.save(&self.folder)?)
    }

    async fn ship_written(&mut self) -> Result<(), Stop> {
        let mut batch = Batch::default();
        while let Some(line) = self.spool.next::<Event>().map_err(|error| self.spool_error(error))? {
            match line.record.map(|event| Value::of(self.without_repeats(event))) {
                Ok(Ok(values)) => {
                    for value in values {
                        if !batch.has_room_for(&value) {
                            self.send(std::mem::take(&mut batch)).await?;
                        }
                        batch.push(value);
                    }
                }
                Ok(Err(event)) => {
                    self.send(std::mem::take(&mut batch)).await?;
                    self.send_alone(event).await?;
                }
                Err(error) => {
                    self.delivery.reject(format!("line up to byte {} of the spool", line.end), error);
                }
            }
            self.read_to = line.end;
        }
        self.send(batch).await?;
        self.progress()
    }

    fn without_repeats(&mut self, mut event: Event) -> Event {
        if let Event::Metrics(metrics) = &mut event {
            self.delivery.repeated += self.state.last_steps.remove_repeats(metrics);
        }
        event
    }

    /// Sends a batch; one that is rejected is halved until the values are found that are at fault.
    async fn send(&mut self, batch: Batch) -> Result<(), Stop> {
        let run_id = self.server_run()?.run_id;
        let mut pending = vec![batch.into_values()];
        while let Some(mut values) = pending.pop() {
            if values.is_empty() {
                continue;
            }
            let request = LogBatch::new(&run_id, &values);
            let sent = self.retry(async |api| api.post::<Nothing>("runs/log-batch", &request).await).await?;
            match sent {
                Ok(Nothing {}) => self.delivery.delivered += values.len() as u64,
                Err(failure @ ServerError::Rejected { .. }) => {
                    self.check_that_run_is_active(&run_id).await?;
                    if let [value] = values.as_slice() {
                        self.delivery.reject(value.describe(), &failure);
                    } else {
                        let second_half = values.split_off(values.len() / 2);
                        pending.extend([second_half, values]);
                    }
                }
                Err(failure) => return Err(Stop::Server(failure)),
            }
        }
        self.progress()
    }

    /// A run that was deleted on the server rejects everything, which must not be taken for the values' fault.
    async fn check_that_run_is_active(&mut self, run_id: &str) -> Result<(), Stop> {
        let run = self.retry(async |api| api.get_run(run_id).await).await?.map_err(Stop::Server)?;
        if run.info.lifecycle_stage == "active" {
            return Ok(());
        }
        let reason = format!("run {run_id} is {} there: restore it", run.info.lifecycle_stage);
        Err(Stop::Server(self.api.refused(reason)))
    }

    async fn send_alone(&mut self, event: Event) -> Result<(), Stop> {
        let run_id = self.server_run()?.run_id;
        match event {
            Event::Artifact { path, file } => self.send_artifact(&path, &file).await,
            Event::Ended { outcome, timestamp_ms } => self.send_end(&run_id, outcome, timestamp_ms).await,
            Event::Resumed => {
                let reopened = self.retry(async |api| api.reopen_run(&run_id).await).await?;
                reopened.map_err(Stop::Server)?;
                let last_steps = self.retry(async |api| api.last_steps(&run_id).await).await?;
                self.state.last_steps = last_steps.map_err(Stop::Server)?;
                Ok(self.state.save(&self.folder)?)
            }
            Event::Params { .. } | Event::Tags { .. } | Event::Metrics(_) => Ok(()),
        }
    }

    async fn send_end(&mut self, run_id: &str, outcome: Outcome, timestamp_ms: i64) -> Result<(), Stop> {
        let ended = self.retry(async |api| api.end_run(run_id, outcome, timestamp_ms).await).await?;
        ended.map_err(Stop::Server)
    }

    async fn send_artifact(&mut self, path: &str, file: &str) -> Result<(), Stop> {
        let ServerRun { artifact_uri, .. } = self.server_run()?;
        let Some(proxied) = proxy_path(&artifact_uri, path) else {
            let reason =
                format!("artifacts are kept at {artifact_uri}: start the server with --serve-artifacts");
            self.delivery.reject(format!("artifact {path}"), reason);
            return Ok(());
        };
        let copy = self.folder.outbox().join(file);
        match self.retry(async |api| api.upload(&copy, &proxied).await).await? {
            Ok(()) => {
                self.delivery.delivered += 1;
                let _ = fs::remove_file(&copy);
                Ok(())
            }
            // Sent by a process that was killed before it could note so.
            Err(ServerError::File(error)) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(failure @ (ServerError::Rejected { .. } | ServerError::File(_))) => {
                self.delivery.reject(format!("artifact {path}"), Chain(&failure));
                Ok(())
            }
            Err(failure) => Err(Stop::Server(failure)),
        }
    }

    /// Tries until the server answers in some way. The outer error means to give up: the recorder closes, and has no
    /// more patience.
    async fn retry<T>(
        &mut self,
        request: impl AsyncFn(&Api) -> Result<T, ServerError>,
    ) -> Result<Result<T, ServerError>, Stop> {
        let mut backoff = Backoff::default();
        loop {
            let failure = match request(&self.api).await {
                Err(failure @ ServerError::Away { .. }) => failure,
                answer => {
                    self.last_answer = Instant::now();
                    if std::mem::take(&mut self.is_away) {
                        tracing::info!("the tracking server answers again");
                    }
                    return Ok(answer);
                }
            };
            if !std::mem::replace(&mut self.is_away, true) {
                tracing::warn!(%failure, "the tracking server is away: records are kept until it is back");
            }
            let pause = backoff.next(&failure);
            let phase = *self.phase.borrow();
            match phase {
                Phase::Recording { .. } => {
                    let closes = self.phase.wait_for(|phase| matches!(phase, Phase::Closing { .. }));
                    if timeout(pause, closes).await.is_ok() {
                        // The time that the server was away before does not count.
                        self.last_answer = Instant::now();
                        backoff = Backoff::default();
                    }
                }
                Phase::Closing { patience } => {
                    let give_up = self.last_answer + patience.unwrap_or_default();
                    if Instant::now() + pause > give_up {
                        return Err(Stop::OutOfPatience(failure));
                    }
                    sleep(pause).await;
                }
            }
        }
    }

    fn progress(&mut self) -> Result<(), Stop> {
        if self.state.sent != self.read_to {
            self.state.sent = self.read_to;
            self.state.save(&self.folder)?;
        }
        Ok(())
    }

    fn server_run(&self) -> Result<ServerRun, Stop> {
        let run = self.state.run.clone();
        run.ok_or_else(|| Stop::Server(self.api.refused("the run was not created")))
    }

    fn spool_error(&self, error: io::Error) -> Stop {
        Stop::Local(Error::file(&spool_file(&self.folder))(error))
    }

    /// Counts what is left, and removes the spool when that is nothing.
    fn conclude(mut self) -> Delivery {
        let file = spool_file(&self.folder);
        match unsent_lines(&file, self.state.sent) {
            Ok(0) => {
                self.state.sent = 0;
                // In this order: a spool that is sent twice does no harm, a new one taken for sent would.
                if self.state.save(&self.folder).is_ok() {
                    let _ = fs::remove_file(&file);
                    let _ = fs::remove_dir(self.folder.outbox());
                }
            }
            Ok(lines) => {
                self.delivery.waiting = lines;
                self.delivery.spool = Some(self.folder.path.clone());
            }
            Err(error) => {
                self.delivery.waiting = 1;
                self.delivery.spool = Some(self.folder.path.clone());
                self.delivery.reason.get_or_insert_with(|| error.to_string());
            }
        }
        self.delivery
    }
}

async fn leaving(phase: &mut watch::Receiver<Phase>) {
    let leaves = |phase: &Phase| matches!(phase, Phase::Closing { patience: None });
    // An error means that the recorder is gone.
    let _ = phase.wait_for(leaves).await;
}

fn unsent_lines(file: &std::path::Path, sent: u64) -> io::Result<u64> {
    let mut reader = LineReader::open_at(file, sent)?;
    let mut lines = 0;
    while reader.next::<serde::de::IgnoredAny>()?.is_some() {
        lines += 1;
    }
    Ok(lines)
}
