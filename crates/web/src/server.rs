use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use filmlens_telemetry::Metrics;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tower::Service;

use crate::lingering::Lingering;
use crate::{HttpSettings, Readiness, health, layers};

/// Enough for any head within the limits; beyond it hyper answers 431 or, for the URL, 414.
const HEAD_LIMIT_BYTES: usize = 64 * 1024;

/// When accepting fails, mostly because file descriptors ran out, trying at once would only burn the processor.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("cannot listen on {host}:{port} (http.host, http.port)")]
    Bind { host: String, port: u16, source: io::Error },
    #[error("cannot tell the address of the listener")]
    LocalAddress(#[source] io::Error),
}

/// A bound listener. Not `axum::serve`, which lets a client take for ever to send its head or to read its answer.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    settings: HttpSettings,
}

impl Server {
    pub async fn bind(settings: &HttpSettings) -> Result<Self, Error> {
        let HttpSettings { host, port, .. } = settings.clone();
        let listener = TcpListener::bind((host.as_str(), port)).await.map_err(|source| Error::Bind {
            host,
            port,
            source,
        })?;
        let address = listener.local_addr().map_err(Error::LocalAddress)?;
        Ok(Self { listener, address, settings: settings.clone() })
    }

    pub fn local_address(&self) -> SocketAddr {
        self.address
    }

    /// Serves `router` within [`layers`], with the health routes beside it, until `stop` is ready. Then the readiness
    /// turns, after `announce_shutdown` no connection is accepted, and requests in flight have `drain_timeout` to end.
    pub async fn run(
        self,
        router: Router,
        readiness: Readiness,
        metrics: Metrics,
        stop: impl Future<Output = ()>,
    ) -> Result<(), Error> {
        let app = layers::apply(router.merge(health::routes(readiness.clone(), metrics)), &self.settings);
        let http = connection_settings(&self.settings);
        let slots = Arc::new(Semaphore::new(self.settings.max_connections.min(Semaphore::MAX_PERMITS)));
        let graceful = GracefulShutdown::new();
        let mut connections = JoinSet::new();
        let mut closing = pin!(async {
            stop.await;
            readiness.begin_shutdown();
            tokio::time::sleep(self.settings.announce_shutdown).await;
        });
        tracing::info!(address = %self.address, "listening");
        loop {
            tokio::select! {
                () = &mut closing => break,
                (stream, peer, slot) = accept(&self.listener, &slots) => {
                    let stream = Lingering::new(stream, self.settings.write_timeout);
                    let connection = Connection { stream, peer, app: app.clone(), http: http.clone() };
                    connections.spawn(connection.serve(graceful.watcher(), slot));
                }
                Some(_) = connections.join_next() => {}
            }
        }
        drop(self.listener);
        if tokio::time::timeout(self.settings.drain_timeout, graceful.shutdown()).await.is_err() {
            tracing::warn!(
                connections = connections.len(),
                "requests were cut off: they outlasted http.drain_timeout"
            );
        }
        connections.shutdown().await;
        tracing::info!("stopped");
        Ok(())
    }
}

fn connection_settings(settings: &HttpSettings) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(settings.header_read_timeout)
        .max_buf_size(HEAD_LIMIT_BYTES);
    http
}

async fn accept(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
    let slot = slots.clone().acquire_owned().await.expect("the semaphore is never closed");
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "TCP_NODELAY is not set");
                }
                return (stream, peer, slot);
            }
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

struct Connection {
    stream: Lingering,
    peer: SocketAddr,
    app: Router,
    http: http1::Builder,
}

impl Connection {
    async fn serve(self, watcher: Watcher, _slot: OwnedSemaphorePermit) {
        let Self { stream, peer, app, http } = self;
        let service = service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            app.clone().call(request)
        });
        let connection = http.serve_connection(TokioIo::new(stream), service);
        if let Err(error) = watcher.watch(connection).await {
            // Clients hang up and time out all day.
            tracing::debug!(%error, "connection ended early");
        }
    }
}

/// Waits for SIGTERM or SIGINT.
pub async fn stop_signal() {
    let mut terminate = signal(SignalKind::terminate()).expect("a handler for SIGTERM can be set");
    let mut interrupt = signal(SignalKind::interrupt()).expect("a handler for SIGINT can be set");
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}
